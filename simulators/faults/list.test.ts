import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FAULTS } from './list.ts';
import { befallen } from './specimen-wire.ts';

const here = new URL('.', import.meta.url);

describe('the list of faults', () => {
  it('holds every file of its folder', () => {
    const text = readFileSync(new URL('list.ts', here), 'utf8');
    const files = readdirSync(here).filter((name) => !/^(fault|list|specimen-wire)\.ts$|\.test\.ts$/.test(name));
    const faults = files.filter((name) => name.endsWith('.ts'));
    expect(faults.filter((name) => !text.includes(`'./${name}'`))).toEqual([]);
    expect(FAULTS.map(({ name }) => `${name}.ts`).toSorted()).toEqual(faults.toSorted());
  });

  it.each(FAULTS)('$name needs no parameters but what has no default, and says what it does', (fault) => {
    const given = fault.name === 'device-condition' ? { type: 'leak-detector', code: 'leak' } : {};
    const text = fault.describe(fault.parameters.parse(given));
    expect(text).toMatch(/\S/);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
    expect(fault.about).toMatch(/^[A-Z].*\.$/);
  });

  it.each(FAULTS)('$name describes each parameter for an editor', ({ parameters }) => {
    const { properties = {} } = z.toJSONSchema(parameters, { io: 'input' });
    for (const each of Object.values(properties)) expect(each).toHaveProperty('description');
  });

  it('refuses a slow disk at an instance that is not its own', () => {
    const slowDisk = FAULTS.find(({ name }) => name === 'slow-disk');
    expect(() => slowDisk?.begin(befallen({}), { delay: 5 })).toThrow('run the scenario with --own');
  });
});
