import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scenarioJsonSchema } from './json-schema.ts';
import { scenarioSchema } from './language.ts';

const generated: unknown = JSON.parse(JSON.stringify(scenarioJsonSchema(scenarioSchema)));

/** Paths of properties that tell an editor nothing. */
function silent(schema: unknown, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
    if (key !== 'properties' || typeof value !== 'object' || value === null) return silent(value, `${path}/${key}`);
    return Object.entries(value).flatMap(([name, property]: [string, unknown]) => [
      ...(/"(description|const|\$ref)":/.test(JSON.stringify(property)) ? [] : [`${path}/${name}`]),
      ...silent(property, `${path}/${name}`),
    ]);
  });
}

describe('the JSON Schema of scenarios', () => {
  it('is kept as it is generated: polisgrid sim schema > simulators/scenario/scenario.schema.json', () => {
    const kept: unknown = JSON.parse(readFileSync(new URL('scenario.schema.json', import.meta.url), 'utf8'));
    expect(kept).toEqual(generated);
  });

  it('says of each key what it is', () => {
    expect(silent(generated)).toEqual([]);
  });
});
