import { createValidator } from 'ocpp-rpc';
import schemas16 from 'ocpp-rpc/lib/schemas/ocpp1_6.json' with { type: 'json' };
import schemas201 from 'ocpp-rpc/lib/schemas/ocpp2_0_1.json' with { type: 'json' };
import type { Protocol } from '#charging/index.ts';
import { messageOf, PolisError } from '#estate/errors.ts';

/** The schemas that the Open Charge Alliance publishes for all messages, as ocpp-rpc carries them. */

/** As much of JSON Schema as OCPP uses. */
export interface MessageSchema {
  $ref?: string;
  type?: string;
  properties?: Record<string, MessageSchema>;
  required?: string[];
  additionalProperties?: boolean;
  items?: MessageSchema;
  minItems?: number;
  maxItems?: number;
  enum?: unknown[];
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  format?: string;
  definitions?: Record<string, MessageSchema>;
}

const SCHEMAS: Record<Protocol, ReadonlyMap<string, MessageSchema>> = {
  'ocpp1.6': new Map(schemas16.map(prepared)),
  'ocpp2.0.1': new Map(schemas201.map(prepared)),
};

/** Definitions are kept under the very text that refers to them. */
function prepared({ $id, definitions = {}, ...schema }: { $id: string } & MessageSchema): [string, MessageSchema] {
  const named: Record<string, MessageSchema> = {};
  for (const [name, definition] of Object.entries(definitions)) named[`#/definitions/${name}`] = definition;
  return [$id, { ...schema, definitions: named }];
}

/** The schema of a message; undefined for an action that the version does not have. */
export function schemaOf(protocol: Protocol, action: string, kind: 'req' | 'conf' = 'req'): MessageSchema | undefined {
  return SCHEMAS[protocol].get(`urn:${action}.${kind}`);
}

const validators = {
  'ocpp1.6': createValidator('ocpp1.6', schemas16),
  'ocpp2.0.1': createValidator('ocpp2.0.1', schemas201),
};

const knownActions = {
  'ocpp1.6': new Set(schemas16.map(({ $id }) => nameOf($id))),
  'ocpp2.0.1': new Set(schemas201.map(({ $id }) => nameOf($id))),
};

function nameOf(schemaId: string): string {
  return schemaId.replace(/^urn:/, '').replace(/\.(req|conf)$/, '');
}

/** The names of all actions of a version of OCPP, in whichever direction. */
export function actionsOf(protocol: Protocol): string[] {
  return [...knownActions[protocol]].toSorted();
}

/** Whether a version of OCPP has an action of this name, in whichever direction. */
export function isAction(protocol: Protocol, action: string): boolean {
  return knownActions[protocol].has(action);
}

/**
 * Checks a payload against the schema that the Open Charge Alliance publishes for it.
 *
 * @throws PolisError `unsupported` when the version has no such action; `invalid` when the payload breaks its schema.
 */
export function checkStrictly(protocol: Protocol, message: { action: string; payload: unknown; kind: 'req' | 'conf' }) {
  const { action, payload, kind } = message;
  if (!isAction(protocol, action)) {
    throw new PolisError('unsupported', `${protocol} has no action ${action.slice(0, 50)}; check its spelling.`);
  }
  try {
    void validators[protocol].validate(`urn:${action}.${kind}`, payload);
  } catch (error) {
    throw new PolisError('invalid', `${action}: ${messageOf(error)}.`, { cause: error });
  }
}
