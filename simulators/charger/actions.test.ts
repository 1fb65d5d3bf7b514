import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIONS } from './actions.ts';

const here = new URL('.', import.meta.url);
const code = readdirSync(here)
  .filter((name) => name.endsWith('.ts') && name !== 'actions.ts' && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(new URL(name, here), 'utf8'))
  .join('\n');
const listed: readonly string[] = Object.values(ACTIONS).flat();

describe('the list of what chargers call', () => {
  it('holds every call in the code of chargers, and no other', () => {
    const called = [...code.matchAll(/\baction: '([A-Z]\w+)'/g)].map(([, action = '']) => action);
    expect(called.filter((action) => !listed.includes(action))).toEqual([]);
    expect(listed.filter((action) => !code.includes(`'${action}'`))).toEqual([]);
  });
});
