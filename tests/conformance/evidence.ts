import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Protocol } from '#charging/index.ts';
import { sourceFiles } from '../architecture/source-files.ts';

/** What the sources themselves say of an action: where it is handled, and which tests name it. */
export interface Evidence {
  /** The file that declares it, from the root; null when none does. */
  file: string | null;
  /** Test files whose titles or cases name it. */
  tests: string[];
}

const root = join(import.meta.dirname, '../..');
const FOLDERS: Record<Protocol, string> = { 'ocpp1.6': 'ocpp-server/v16/', 'ocpp2.0.1': 'ocpp-server/v201/' };
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const files = sourceFiles(root).filter((file) => file.startsWith('ocpp-server/'));
const sources = files.filter((file) => !file.endsWith('.test.ts')).map((file) => ({ file, text: read(file) }));
const tests = files.filter((file) => file.endsWith('.test.ts')).map((file) => ({ file, text: read(file) }));

export function evidenceOf(protocol: Protocol, direction: 'inbound' | 'outbound', action: string): Evidence {
  const other = Object.values(FOLDERS).filter((folder) => folder !== FOLDERS[protocol]);
  const own = (file: string) => !other.some((folder) => file.startsWith(folder));
  // A block may declare several alike through a function of its own.
  const declaration = new RegExp(`\\b(?:${direction}|reporting)\\(\\s*'${action}'`);
  const declared = sources.find(({ file, text }) => own(file) && declaration.test(text));
  const named = new RegExp(`\\b${action}\\b`);
  return {
    file: declared?.file ?? null,
    tests: nearest(
      protocol,
      tests.filter(({ file, text }) => own(file) && named.test(text)).map(({ file }) => file),
    ),
  };
}

/** Those of the version itself, where there are any. */
function nearest(protocol: Protocol, found: readonly string[]): string[] {
  const ofVersion = found.filter((file) => file.startsWith(FOLDERS[protocol]));
  return ofVersion.length > 0 ? ofVersion : [...found];
}
