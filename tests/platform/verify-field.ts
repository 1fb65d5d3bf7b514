import type { HandClock } from '#estate/clock.ts';
import { SECOND } from '#estate/units.ts';
import {
  createTarget,
  fieldTruth,
  verifyTruth,
  type FieldTruth,
  type Fleet,
  type Verification,
  type VerifyOptions,
} from '#simulators/index.ts';
import { eventually } from './http.ts';
import { ADMIN_KEY, type TestPlatform } from './in-process.ts';

/** Real time for answers between two steps, far more than they take, and how many steps there are at most. */
const PATIENCE_MS = 2_000;
const STEP_MS = 5 * SECOND;
const MOST_STEPS = 30;

/**
 * What happened in the field, once all that was queued is told: while time stands still, no more comes. On a busy machine
 * a charger may have given up waiting for an answer; it comes back only if time goes on, which it then does by steps.
 */
export async function settledTruth(fleet: Fleet, span: { from: number; clock: HandClock }): Promise<FieldTruth> {
  const waiting = () => Promise.resolve(fleet.truth().filter(({ queued }) => queued.length > 0));
  const isTold = () =>
    eventually(waiting, (left) => left.length === 0, PATIENCE_MS).then(
      () => true,
      () => false,
    );
  for (let steps = 0; !(await isTold()); steps++) {
    if (steps === MOST_STEPS) {
      const words = (await waiting()).map(({ charger, isOnline, queued }) => {
        return `${queued.length} of ${charger}, which is ${isOnline ? 'online' : 'away'}`;
      });
      throw new Error(`Messages still wait to be told: ${words.join('; ')}.`);
    }
    await span.clock.advance(STEP_MS);
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
