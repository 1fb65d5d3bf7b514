import { z } from 'zod';
import type { ScenarioSchema } from './schema.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A text that holds a variable. */
const VARIABLE: JsonSchema = { type: 'string', pattern: '\\$\\{[A-Za-z][A-Za-z0-9_-]*\\}' };
/** What is said of a value, however it is written. */
const NOTES = new Set(['id', 'title', 'description', 'default', 'examples']);
/** Maps that an included scenario may give in part: nothing in them is required of a single file. */
const SHARED: readonly string[] = ['', 'properties/estate'];

/**
 * The scenario language as a JSON Schema of one file, for editors: a variable may stand wherever a value may, and nothing
 * is required at the top, since an included file may say it.
 */
export function scenarioJsonSchema(schema: ScenarioSchema): JsonSchema {
  const language = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-07',
    override({ jsonSchema, path }) {
      if (SHARED.includes(path.join('/'))) delete jsonSchema.required;
      if (takesVariable(jsonSchema, path)) allowVariable(jsonSchema);
    },
  });
  return {
    title: 'A scenario of the polisgrid simulators',
    description: 'What `polisgrid sim run` runs: an estate, stages with faults, and what is expected.',
    ...language,
  };
}

function takesVariable({ type, pattern, enum: choices }: JsonSchema, path: readonly (string | number)[]): boolean {
  if (path.includes('include') || path.includes('variables')) return false;
  return (
    type === 'number' || type === 'integer' || type === 'boolean' || pattern !== undefined || choices !== undefined
  );
}

function allowVariable(schema: JsonSchema): void {
  const written: JsonSchema = {};
  for (const key of Object.keys(schema).filter((each) => !NOTES.has(each))) {
    written[key] = schema[key];
    delete schema[key];
  }
  schema.anyOf = [written, VARIABLE];
}
