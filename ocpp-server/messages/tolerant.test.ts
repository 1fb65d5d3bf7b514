import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStage, type Script, type Stage } from '../specimens/scripted-charger.ts';
import { v16 } from '../v16/index.ts';
import { v201 } from '../v201/index.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

describe.each([v16, v201])(
  'what a charger of $protocol means is understood, and how it said so is counted',
  (version) => {
    const file = new URL(`cases/${version.protocol}.json`, import.meta.url);
    const cases = JSON.parse(readFileSync(file, 'utf8')) as (Script & { name: string })[];

    test.each(cases)('$name', async (script) => {
      expect(script.steps).not.toEqual([]);
      await stage.play(script);
    });
  },
);
