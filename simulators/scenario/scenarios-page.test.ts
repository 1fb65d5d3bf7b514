import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FAULTS } from '../faults/list.ts';
import { FIGURES } from '../run/figures.ts';
import { FIGURE_NAMES, WHOLE_OF } from './expectation.ts';
import { loadScenario } from './load.ts';

const page = readFileSync(new URL('../../docs/scenarios.md', import.meta.url), 'utf8');

/** The rows of the table under a heading. */
function tableUnder(heading: string): string[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section.split('\n').filter((line) => line.startsWith('| `'));
}

function faultRow({ name, about, parameters }: (typeof FAULTS)[number]): string {
  const { properties = {}, required = [] } = z.toJSONSchema(parameters, { io: 'input' });
  const words = Object.entries(properties).map(([key, property]) => {
    const byDefault = typeof property === 'object' ? property.default : undefined;
    if (byDefault !== undefined)
      return `\`${key}: ${typeof byDefault === 'string' ? byDefault : JSON.stringify(byDefault)}\``;
    return required.includes(key) ? `\`${key}\` (must be told)` : `\`${key}\``;
  });
  return `| \`${name}\` | ${about} | ${words.join(', ')} |`;
}

describe('the page on scenarios', () => {
  it('has each fault with its parameters and their defaults', () => {
    expect(tableUnder('Faults')).toEqual(FAULTS.map(faultRow));
  });

  it('has each figure with its unit', () => {
    const row = (name: (typeof FIGURE_NAMES)[number]) => {
      const units = [FIGURES[name].unit, name in WHOLE_OF ? '%' : ''].filter((unit) => unit !== '');
      return `| \`${name}\` | ${FIGURES[name].about} | ${units.join(', ')} |`;
    };
    expect(tableUnder('Figures')).toEqual(FIGURE_NAMES.map(row));
  });

  it('shows a scenario that is well-formed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'polisgrid-page-'));
    const file = join(folder, 'shown.yaml');
    await writeFile(file, /```yaml\n([^]*?)```/.exec(page)?.[1] ?? '');
    const scenario = loadScenario(file);
    await rm(folder, { recursive: true });
    expect(scenario).toMatchObject({ title: 'A short line', estate: { sites: 40 } });
  });
});
