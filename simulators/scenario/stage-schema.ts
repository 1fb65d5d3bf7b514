import { PolisError } from '#estate/errors.ts';
import { DAY } from '#estate/units.ts';
import { z } from 'zod';
import { COMMANDS } from './commands.ts';
import { durationFrom } from './fields.ts';
import { conditionText, type Expectation, FIGURE_NAMES } from './expectation.ts';
import { formatDuration } from './duration.ts';
import { isPhase, type Order, type Stage, type StageFault } from './scenario.ts';
import { befalls, EVERYONE, ordered } from './selection.ts';

/** A fault as the language knows it: by its name, with parameters of its own. */
export interface FaultWords {
  name: string;
  /** A sentence. */
  about: string;
  parameters: z.ZodObject;
  /** What is wrong with one of them beside the others; absent: any go together. */
  objection?(parameters: Readonly<Record<string, unknown>>): { parameter: string; message: string } | null;
}

const after = durationFrom(0, 366 * DAY)
  .prefault('0s')
  .describe('From the stage’s begin, simulated.');

const conditions = FIGURE_NAMES.map((name) => [name, conditionText(name).optional()] as const);

/** What is expected of figures. */
export const expectations = z
  .strictObject(Object.fromEntries(conditions))
  .meta({ id: 'expect', title: 'Expectations' })
  .prefault({})
  .transform((given): Expectation[] => Object.values(given).filter((each) => each !== undefined));

function faultSchema(words: FaultWords) {
  const { name, about, parameters } = words;
  return z
    .strictObject({
      ...parameters.shape,
      fault: z.literal(name),
      on: befalls.optional(),
      after,
      for: durationFrom(1, 366 * DAY)
        .optional()
        .describe('How long it lasts, simulated; without it to the stage’s end.'),
    })
    .superRefine((given, context) => {
      const found = words.objection?.(given);
      if (found) context.addIssue({ code: 'custom', path: [found.parameter], message: found.message });
    })
    .meta({ title: name, description: about })
    .transform(({ fault, on, after: afterMs, for: forMs, ...own }) => ({
      fault,
      parameters: own,
      on: on ?? EVERYONE,
      afterMs,
      forMs: forMs ?? null,
    }));
}

const order = z
  .strictObject({
    command: z
      .looseObject({ command: z.enum(COMMANDS).describe('Its name.') })
      .describe('The body of POST /v1/chargers/{id}/commands.'),
    on: ordered.optional(),
    after,
  })
  .transform(({ command, on, after: afterMs }): Order => ({ command, on: on ?? EVERYONE.chargers, afterMs }));

/** Stages with faults of a list. */
export function createStagesSchema(faults: readonly FaultWords[]) {
  const [first, ...others] = faults.map(faultSchema);
  if (!first) throw new PolisError('internal', 'The list of faults is empty.');
  const stage = z
    .strictObject({
      name: z.string().min(1).optional().describe('As reports call it; without it by its number.'),
      for: durationFrom(1, 366 * DAY).describe('How long it lasts, simulated.'),
      faults: z
        .array(z.discriminatedUnion('fault', [first, ...others]))
        .default([])
        .describe('What befalls chargers and gateways.'),
      orders: z.array(order).default([]).describe('What an operator asks of chargers through the API.'),
      expect: expectations.describe('What is expected of the figures of this stage.'),
    })
    .transform(({ name = '', for: forMs, faults: given, ...rest }, context): Stage => {
      for (const { path, message } of untimely({ forMs, faults: given, ...rest }))
        context.addIssue({ code: 'custom', path, message });
      const lasting = given.map((fault): StageFault => ({ ...fault, forMs: fault.forMs ?? forMs - fault.afterMs }));
      return { name, forMs, faults: lasting, ...rest };
    });
  return z
    .array(stage)
    .min(1)
    .transform((stages, context): Stage[] => {
      const named = stages.map((each, n) => ({ ...each, name: each.name || `stage ${n + 1}` }));
      for (const [n, { name }] of named.entries()) {
        const path = [n, 'name'];
        if (named.findIndex((each) => each.name === name) < n)
          context.addIssue({ code: 'custom', path, message: 'another stage has this name' });
        if (isPhase(name)) context.addIssue({ code: 'custom', path, message: `every run has a ${name} of its own` });
      }
      return named;
    });
}

interface Timed {
  forMs: number;
  faults: readonly { afterMs: number; forMs: number | null }[];
  orders: readonly Order[];
  expect: readonly Expectation[];
}

/** What a stage has that its time does not allow. */
function untimely({ forMs: lastsMs, faults, orders, expect }: Timed): { path: (string | number)[]; message: string }[] {
  const stage = `the stage, which lasts ${formatDuration(lastsMs)}`;
  return [
    ...faults.flatMap(({ afterMs, forMs }, n) => {
      if (afterMs >= lastsMs) return [{ path: ['faults', n, 'after'], message: `it begins after ${stage}` }];
      const endsLate = afterMs + (forMs ?? 0) > lastsMs;
      return endsLate ? [{ path: ['faults', n, 'for'], message: `it ends after ${stage}` }] : [];
    }),
    ...orders.flatMap(({ afterMs }, n) =>
      afterMs >= lastsMs ? [{ path: ['orders', n, 'after'], message: `it is given after ${stage}` }] : [],
    ),
    ...expect
      .filter(({ figure }) => figure === 'differences')
      .map(({ figure }) => ({
        path: ['expect', figure],
        message: 'differences are known only in the end: expect them of the whole run',
      })),
  ];
}
