import type { Dialect, DialectOptions } from './dialect.ts';
import { createEstateV1 } from './estate-v1/index.ts';

/**
 * The dialects of MQTT that polisgrid speaks. To add one: a folder here whose `index.ts` exports a factory of a `Dialect`,
 * and a line in this list. Access, ingest and commands follow from it. Nodes of all of them may be connected at once.
 */
export const DIALECTS: readonly ((options: DialectOptions) => Dialect)[] = [createEstateV1];
