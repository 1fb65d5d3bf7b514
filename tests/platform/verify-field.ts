import type { HandClock } from '#estate/clock.ts';
import {
  createTarget,
  fieldTruth,
  verifyTruth,
  type Attendance,
  type FieldTruth,
  type Fleet,
  type Verification,
} from '#simulators/index.ts';
import { eventually } from './http.ts';
import { ADMIN_KEY, type TestPlatform } from './in-process.ts';

/** What happened in the field, once all that was queued is told: while time stands still, no more comes. */
export async function settledTruth(fleet: Fleet, span: { from: number; clock: HandClock }): Promise<FieldTruth> {
  const queued = () => fleet.truth().reduce((sum, { queued: own }) => sum + own.length, 0);
  await eventually(
    () => Promise.resolve(queued()),
    (left) => left === 0,
    60_000,
  );
  return fieldTruth(fleet, { seed: 'test', from: span.from, to: span.clock.now() });
}

/** Holds it against a platform of the same clock. */
export function verifyField(
  truth: FieldTruth,
  { platform }: TestPlatform,
  options: { clock: HandClock; attendance?: Attendance },
): Promise<Verification> {
  const { clock, attendance } = options;
  const target = createTarget({ url: platform.consoleUrl, key: ADMIN_KEY });
  return verifyTruth(truth, target, { now: clock.now(), ...(attendance ? { attendance } : {}) });
}
