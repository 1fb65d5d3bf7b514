import { z } from 'zod';

const ordinal = z.int().min(0).max(1000);
const number = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);
const transaction = z.union([z.string().min(1).max(36), z.int().transform(String)]);
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const purpose = z.enum(['station-maximum', 'default', 'transaction']);
const stackLevel = z.int().min(0).max(100);
const unit = z.enum(['A', 'W']);
const durationS = z.int().min(1).max(31_622_400);

const period = z.strictObject({
  startS: z.int().min(0).max(31_622_400),
  limit: z.number().min(0).max(10_000_000).meta({ description: 'Per phase in A, or over all phases in W' }),
  phases: z.int().min(1).max(3).optional(),
});

const setProfile = z
  .strictObject({
    command: z.literal('set-profile'),
    number: number.optional().meta({ description: "The charger's number for it; one is made up if not given" }),
    evse: ordinal.default(0),
    purpose,
    kind: z.enum(['absolute', 'daily', 'weekly', 'relative']).default('absolute'),
    stackLevel: stackLevel.default(1),
    unit: unit.default('A'),
    periods: z.array(period).min(1).max(1024),
    startsAt: instant.optional(),
    durationS: durationS.optional(),
    validFrom: instant.optional(),
    validTo: instant.optional(),
    transaction: transaction.optional(),
  })
  .superRefine((given, context) => {
    const fault = faultOf(given);
    if (fault) context.addIssue({ code: 'custom', path: [fault[0]], message: fault[1] });
  });

interface Given {
  evse: number;
  purpose: string;
  kind: string;
  periods: { startS: number }[];
  startsAt?: number | undefined;
  validFrom?: number | undefined;
  validTo?: number | undefined;
  transaction?: string | undefined;
}

/** What keeps a profile from meaning anything, where, and what to say instead. */
function faultOf(given: Given): [field: keyof Given, fault: string] | null {
  const { evse, kind, periods, startsAt, validFrom, validTo } = given;
  const ofTransaction = given.purpose === 'transaction';
  if (periods.some(({ startS }, n) => (n === 0 ? startS !== 0 : startS <= (periods[n - 1]?.startS ?? 0)))) {
    return ['periods', 'The first period starts at 0, and each later than the one before.'];
  }
  if (ofTransaction !== (given.transaction !== undefined)) {
    return ['transaction', 'Name the transaction, for the purpose "transaction" and only for it.'];
  }
  if (ofTransaction && evse === 0) return ['evse', 'A transaction runs on an EVSE: name it.'];
  if (given.purpose === 'station-maximum' && (evse !== 0 || kind === 'relative')) {
    return ['evse', "A station's maximum holds for EVSE 0, and not relative to a transaction."];
  }
  if ((kind === 'daily' || kind === 'weekly') && startsAt === undefined) {
    return ['startsAt', 'Say when the day or week of the schedule begins.'];
  }
  if (kind === 'relative' && startsAt !== undefined) {
    return ['startsAt', 'A relative schedule begins with the transaction: leave it out.'];
  }
  if (validFrom !== undefined && validTo !== undefined && validTo <= validFrom) {
    return ['validTo', 'It ends before it begins.'];
  }
  return null;
}

const criteria = {
  evse: ordinal.optional(),
  purpose: z.enum([...purpose.options, 'external']).optional(),
  stackLevel: stackLevel.optional(),
};

/** What may be asked of a charger's limits over time. */
export const profileCommands = [
  setProfile,
  z.strictObject({
    command: z.literal('limit'),
    evse: ordinal,
    /** Per phase, A. */
    limitA: z.number().min(0).max(1000),
    phases: z.int().min(1).max(3).default(3),
    /** With it the limit holds for that transaction (TxProfile), else for each to come (TxDefaultProfile). */
    transaction: transaction.optional(),
    /** Seconds for which it holds; then it lapses. */
    durationS: z.int().min(1).max(604_800).optional(),
  }),
  z.strictObject({ command: z.literal('clear-limit'), evse: ordinal }),
  z
    .strictObject({
      command: z.literal('default-limit'),
      /** Per phase, A. */
      limitA: z.number().min(0).max(1000),
      phases: z.int().min(1).max(3).default(3),
    })
    .meta({
      description: 'What each EVSE may take when no limit holds; the charger keeps to it also without a server',
    }),
  z.strictObject({
    command: z.literal('clear-profiles'),
    number: number.optional().meta({ description: 'It alone decides; without any condition, all are cleared' }),
    ...criteria,
  }),
  z.strictObject({
    command: z.literal('get-profiles'),
    numbers: z.array(number).min(1).max(100).optional(),
    source: z.enum(['EMS', 'Other', 'SO', 'CSO']).optional(),
    ...criteria,
  }),
  z.strictObject({
    command: z.literal('composite-schedule'),
    evse: ordinal,
    durationS: durationS.default(86_400),
    unit: unit.optional(),
  }),
] as const;
