import type { Protocol } from '#charging/index.ts';
import type { Dialect } from './messages/dialect.ts';
import { v16 } from './v16/index.ts';
import { v201 } from './v201/index.ts';

/** The versions of OCPP that are spoken here. */
export const DIALECTS: Record<Protocol, Dialect> = { 'ocpp1.6': v16, 'ocpp2.0.1': v201 };
