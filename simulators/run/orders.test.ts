import { handClock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import { isoTime } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import { deafProbe } from '../probe.ts';
import type { Order, Stage } from '../scenario/scenario.ts';
import { estate } from '../specimens.ts';
import type { Target } from '../target.ts';
import { createOrders } from './orders.ts';

type Answer = { id: string; state: string; outcome: string | null };

const command = { command: 'update-firmware', url: 'https://firmware.example.org/2.0.bin' };
const order: Order = { command, on: { kind: 'all' }, afterMs: 0 };
const stage: Stage = { name: 'all', forMs: 1_000, faults: [], orders: [order], expect: [] };
const clock = handClock(Date.UTC(2026, 0, 15));

/** A platform that answers each charger, in its order, as told, and later so when it is asked what became of it. */
async function ordered({ answers, later = [] }: { answers: (Answer | Error)[]; later?: Answer[] }) {
  const plans = estate.chargers.slice(0, answers.length);
  const counts = { given: 0, refused: 0 };
  const reports: string[] = [];
  const asked: string[] = [];
  const told = (path: string, from: readonly (Answer | Error)[]) => {
    asked.push(path);
    const answer = from[plans.findIndex(({ id }) => path.includes(`/${id}/`))];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error(`Nobody expects ${path}.`);
    return answer;
  };
  const target: Pick<Target, 'get' | 'post'> = {
    get: async (path, schema) => schema.parse(told(path, later)),
    post: async (path, _body, schema) => schema.parse(told(path, answers)),
  };
  const orders = createOrders({
    scenario: { seed: '1' },
    field: {
      fleet: { chargers: plans.map((plan) => ({ plan })) },
      activity: { probe: deafProbe },
      measure: { order: (what) => void (counts[what] += 1) },
    },
    target,
    now: () => clock.now(),
    report: (text) => reports.push(text),
  });
  await orders.give(order, stage);
  const first = { ...counts };
  await orders.settle();
  return { first, counts, reports, asked };
}

const done = (outcome: string): Answer => ({ id: 'o1', state: 'done', outcome });
const waiting: Answer = { id: 'o2', state: 'waiting', outcome: null };

describe('Orders of an operator', () => {
  it('are counted, and those that a charger refuses or the platform does not take are told', async () => {
    const { counts, reports, asked } = await ordered({
      answers: [done('accepted'), done('rejected'), new PolisError('invalid', 'No such command.'), done('timed-out')],
    });
    expect(counts).toEqual({ given: 4, refused: 3 });
    expect(reports.toSorted()).toEqual([
      'Order update-firmware: No such command.',
      'Order update-firmware: rejected',
      'Order update-firmware: timed-out',
    ]);
    const until = encodeURIComponent(isoTime(clock.now() + 600_000));
    expect(asked.every((path) => path.endsWith(`/commands?until=${until}`))).toBe(true);
  });

  it('that wait for their charger are judged at the end by what became of them', async () => {
    const { first, counts, reports } = await ordered({
      answers: [waiting, waiting, waiting],
      later: [done('accepted'), done('failed'), waiting],
    });
    expect(first).toEqual({ given: 3, refused: 0 });
    expect(counts).toEqual({ given: 3, refused: 2 });
    expect(reports.toSorted()).toEqual([
      'Order update-firmware: failed',
      'Order update-firmware: it still waits for the charger',
    ]);
  });
});
