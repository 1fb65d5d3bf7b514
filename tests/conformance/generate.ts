import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conformancePage } from './page.ts';

/** npm run conformance: writes docs/conformance.md anew. */
await writeFile(join(import.meta.dirname, '../../docs/conformance.md'), conformancePage());
