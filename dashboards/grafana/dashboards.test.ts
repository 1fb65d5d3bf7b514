import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DASHBOARDS, fillMacros, panelsOf, queriesOf } from './index.ts';

const all = Object.entries(DASHBOARDS).map(([name, dashboard]) => ({ name, dashboard, panels: panelsOf(dashboard) }));

describe.each(all)('the dashboard $name', ({ dashboard, panels }) => {
  it('has a uid and a description that a person can use', () => {
    expect(dashboard.uid).toMatch(/^[a-z-]{8,40}$/);
    expect(dashboard.description).toMatch(/^[A-Z].{30,}\.$/);
  });

  it('describes each of its panels in sentences', () => {
    expect(panels.length).toBeGreaterThan(0);
    for (const { title, description } of panels) expect(description, title).toMatch(/^[A-Z].{30,}\.$/s);
  });

  it('gives each panel an id and each query of a panel a letter of its own', () => {
    expect(new Set(panels.map(({ id }) => id ?? 0)).size).toBe(panels.length);
    const wheres = queriesOf(dashboard).map(({ where }) => where);
    expect(new Set(wheres).size).toBe(wheres.length);
  });

  it('places its panels within 24 columns, none over another', () => {
    const taken = new Map<string, string | undefined>();
    for (const { title, gridPos } of panels) {
      expect(gridPos, title).toBeDefined();
      const { x, y, w, h } = gridPos ?? { x: 0, y: 0, w: 0, h: 0 };
      expect(Math.min(x, y, w - 1, h - 1, 24 - x - w), title).toBeGreaterThanOrEqual(0);
      for (let cell = 0; cell < w * h; cell++) {
        const place = `${x + (cell % w)}, ${y + Math.floor(cell / w)}`;
        expect(taken.get(place), `${title} at ${place}`).toBeUndefined();
        taken.set(place, title);
      }
    }
  });

  it('names a unit for every number, and asks something in every panel', () => {
    for (const { title, fieldConfig, targets } of panels) {
      expect(fieldConfig?.defaults.unit, title).toBeTruthy();
      expect(targets?.length, title).toBeGreaterThan(0);
    }
  });

  it('leaves no macro open in its queries', () => {
    const variables = Object.fromEntries((dashboard.templating?.list ?? []).map(({ name }) => [name, '.*']));
    for (const { where, query } of queriesOf(dashboard)) {
      const filled = fillMacros(query, { from: 0, to: 1, interval: 60_000, variables });
      expect(filled, where).not.toMatch(/\$(?!\/)/);
    }
  });
});

describe('the dashboards', () => {
  it('have names of their own', () => {
    expect(new Set(all.map(({ dashboard }) => dashboard.uid)).size).toBe(all.length);
    expect(new Set(all.map(({ dashboard }) => dashboard.title)).size).toBe(all.length);
  });

  it('are what Grafana’s own types ask for', async () => {
    const built = all.map(({ dashboard }) => dashboard);
    expect(await complaintsAbout(built)).toBe('');
    expect(await complaintsAbout([...built, { panels: [{ type: 'stat', fieldConfig: 7 }] }])).toContain('fieldConfig');
  });
});

/** What the compiler says of dashboards as literals of Grafana's type. */
async function complaintsAbout(dashboards: object[]): Promise<string> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  await mkdir(join(root, 'tests/.out'), { recursive: true });
  const folder = await mkdtemp(join(root, 'tests/.out/grafana-types-'));
  try {
    await writeFile(join(folder, 'dashboards.ts'), asTyped(dashboards));
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--ignoreConfig'];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout, stderr } = spawnSync(process.execPath, [tsc, ...options, join(folder, 'dashboards.ts')]);
    return `${stdout.toString()}${stderr.toString()}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * The dashboards as literals of Grafana's type, in which a word stands for a member of an enumeration. The SDK
 * adds defaults that the type does not know, so more than it asks for is allowed.
 */
function asTyped(dashboards: object[]): string {
  return `
    import type { Dashboard } from '@grafana/schema';
    type Plain<T> = T extends string ? \`\${T}\` : T extends (infer Item)[] ? readonly Plain<Item>[]
      : T extends object ? { [Key in keyof T]: Plain<T[Key]> } : T;
    const built = ${JSON.stringify(dashboards)} as const;
    export const dashboards: readonly Plain<Dashboard>[] = built;`;
}

describe('the macros of a query', () => {
  it('are filled in as Grafana does', () => {
    const query = 'SELECT mean("W") FROM "x" WHERE $timeFilter AND "site" =~ /^$site$/ GROUP BY time($__interval)';
    const values = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2), interval: 60_000 };
    const filled = (site: string | string[]) => fillMacros(query, { ...values, variables: { site } });
    expect(filled('.*')).toBe(
      `SELECT mean("W") FROM "x" WHERE time >= '2026-01-01T00:00:00.000Z' AND time <= '2026-01-02T00:00:00.000Z' AND "site" =~ /^.*$/ GROUP BY time(60000ms)`,
    );
    expect(filled(['a', 'b.c'])).toContain(String.raw`/^(a|b\.c)$/`);
  });

  it('are left as they are when nothing is known for them', () => {
    expect(fillMacros('$other', { from: 0, to: 1, interval: 1, variables: {} })).toBe('$other');
  });
});
