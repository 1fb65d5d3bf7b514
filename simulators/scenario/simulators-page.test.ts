import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAULTS } from '../faults/list.ts';
import { loadScenario } from './load.ts';

it('The page for engineers shows a scenario whose truth is the same in every run, as it says', async () => {
  const page = readFileSync(new URL('../../docs/simulators.md', import.meta.url), 'utf8');
  const folder = await mkdtemp(join(tmpdir(), 'polisgrid-page-'));
  const file = join(folder, 'away.yaml');
  await writeFile(file, /```yaml\n([^]*?)```/.exec(page)?.[1] ?? '');
  const { start, estate, stages } = loadScenario(file);
  await rm(folder, { recursive: true });
  expect(start.kind).toBe('instant');
  expect(estate.grid).toBe('unlimited');
  const shown = stages.flatMap(({ faults }) => faults).map(({ fault }) => fault);
  expect(shown).toEqual(['cut']);
  expect(FAULTS.filter(({ name, kind }) => shown.includes(name) && kind === 'network')).toEqual([]);
});
