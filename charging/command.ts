import { z } from 'zod';
import { customerCommands } from './customer-information/commands.ts';
import { displayCommands } from './display/commands.ts';
import { jobCommands } from './jobs/commands.ts';
import { monitoringCommands } from './monitoring/commands.ts';
import { costCommands } from './cost/commands.ts';
import { localListCommands } from './local-lists/commands.ts';
import { reservationCommands } from './reservations/commands.ts';
import { profileCommands } from './profiles/commands.ts';
import { reconciliationCommands } from './reconciliation/commands.ts';
import { certificateCommands } from './certificates/commands.ts';
import { variableCommands } from './variables/commands.ts';

const ordinal = z.int().min(0).max(1000);
const place = { evse: ordinal.min(1).optional(), connector: ordinal.min(1).optional() };
const transaction = z.union([z.string().min(1).max(36), z.int().transform(String)]);

/** A connector without its EVSE is counted through the whole station, as 1.6 counts. */
function placed<Command extends { evse?: number | undefined; connector?: number | undefined }>(
  command: Command,
): Command {
  return command.evse === undefined && command.connector !== undefined
    ? { ...command, evse: command.connector, connector: 1 }
    : command;
}

/**
 * What a person or the building may ask of a charger, free of protocol versions. 1.6 knows connectors only: there
 * `evse` is the connector's number.
 */
export const chargerCommand = z.discriminatedUnion('command', [
  z
    .strictObject({
      command: z.literal('start'),
      token: z.string().min(1).max(36),
      ...place,
      limitA: z.number().min(0).max(1000).optional().meta({ description: 'A limit for this session, per phase, A' }),
    })
    .transform(placed),
  z
    .strictObject({
      command: z.literal('stop'),
      transaction: transaction.optional().meta({ description: 'As the charger knows it; or the id of its session' }),
      session: z.string().min(1).max(64).optional().meta({ description: 'In place of the transaction' }),
    })
    .transform(({ command, transaction: given, session }, context) => {
      const named = given ?? session;
      if (named !== undefined) return { command, transaction: named };
      context.addIssue({
        code: 'custom',
        path: ['transaction'],
        message: 'Say which: its transaction or its session.',
      });
      return z.NEVER;
    }),
  z.strictObject({
    command: z.literal('reset'),
    type: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['soft', 'hard', 'onidle', 'immediate']))
      .transform((word) => (word === 'hard' || word === 'immediate' ? 'hard' : 'soft'))
      .default('soft')
      .meta({ description: 'soft or hard; OnIdle and Immediate, as 2.0.1 has it, are the same' }),
    evse: ordinal.min(1).optional(),
  }),
  z
    .strictObject({ command: z.literal('unlock'), ...place })
    .transform(placed)
    .transform(({ command, evse = 1, connector = 1 }) => ({ command, evse, connector })),
  ...profileCommands,
  z.strictObject({ command: z.literal('availability'), evse: ordinal.default(0), operative: z.boolean() }),
  z.strictObject({
    command: z.literal('trigger'),
    message: z
      .enum(['boot', 'heartbeat', 'status', 'meter-values', 'transaction', 'firmware', 'log', 'certificate'])
      .meta({ description: 'What it is to say at once' }),
    evse: ordinal.min(1).optional(),
  }),
  ...reconciliationCommands,
  ...jobCommands,
  ...monitoringCommands,
  ...displayCommands,
  ...customerCommands,
  z.strictObject({ command: z.literal('clear-cache') }),
  ...localListCommands,
  ...reservationCommands,
  ...costCommands,
  ...certificateCommands,
  ...variableCommands,
  z.strictObject({
    command: z.literal('data-transfer'),
    vendor: z.string().min(1).max(255),
    message: z.string().min(1).max(50).optional(),
    data: z.string().max(100_000).optional(),
  }),
]);

export type ChargerCommand = z.infer<typeof chargerCommand>;
