import type { HandClock } from '#estate/clock.ts';
import { MINUTE } from '#estate/units.ts';
import {
  createTarget,
  fieldTruth,
  verifyTruth,
  type FieldTruth,
  type Fleet,
  type Verification,
  type VerifyOptions,
} from '#simulators/index.ts';
import { crank } from './crank.ts';
import { eventually } from './http.ts';
import { ADMIN_KEY, type TestPlatform } from './in-process.ts';

const ROUNDS = 6;
const PATIENCE_MS = 10_000;

/**
 * What happened in the field, once all that was queued is told: while time stands still, no more comes. On a busy machine
 * a charger may have given up waiting for an answer; it comes back only if time goes on.
 */
export async function settledTruth(fleet: Fleet, span: { from: number; clock: HandClock }): Promise<FieldTruth> {
  const queued = () => fleet.truth().reduce((sum, { queued: own }) => sum + own.length, 0);
  const isTold = () =>
    eventually(
      () => Promise.resolve(queued()),
      (left) => left === 0,
      PATIENCE_MS,
    ).then(
      () => true,
      () => false,
    );
  for (let round = 1; !(await isTold()); round++) {
    if (round === ROUNDS) throw new Error(`${queued()} messages of chargers still wait to be told.`);
    await crank(span.clock, MINUTE);
  }
  return fieldTruth(fleet, { seed: 'test', from: span.from, to: span.clock.now() });
}

/** Holds it against a platform of the same clock. */
export function verifyField(
  truth: FieldTruth,
  { platform }: TestPlatform,
  { clock, ...options }: { clock: HandClock } & Pick<VerifyOptions, 'attendance' | 'attended' | 'isLater'>,
): Promise<Verification> {
  const target = createTarget({ url: platform.consoleUrl, key: ADMIN_KEY });
  return verifyTruth(truth, target, { now: clock.now(), ...options });
}
