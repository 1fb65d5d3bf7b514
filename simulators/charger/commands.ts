import type { Millis } from '#estate/units.ts';
import { admit, type Charger, setOperative, statusAt, stopSession } from './charger.ts';
import type { Controls } from './dialect.ts';
import type { Outlet } from './outlet.ts';
import { install, type StoredProfile } from './profiles.ts';
import { isRefused } from './reservation.ts';

/** What both versions ask of a charger in other words. Each says what it can do, and does it after the answer has left. */

/** The outlet that a remote start may use: the one asked for, else one with a car that waits, else a free one. */
export function outletForStart(
  charger: Charger,
  { evse, driver }: { evse: number | undefined; driver: { token: string; group: string | null } },
  now: Millis,
): Outlet | undefined {
  const able = charger.outlets.filter(
    (each) =>
      (evse === undefined || each.evse === evse) &&
      !each.waiting &&
      !isRefused(charger, each, driver) &&
      ['Available', 'Reserved', 'Preparing', 'Finishing'].includes(statusAt(charger, each, now)),
  );
  return able.find((each) => each.car) ?? able[0];
}

export function startRemotely(
  controls: Controls,
  start: {
    outlet: Outlet;
    token: string;
    group: string | null;
    remoteStartId: number;
    profile?: Omit<StoredProfile, 'evse'> | undefined;
  },
): void {
  const { charger } = controls;
  const { token, group, remoteStartId, outlet } = start;
  const { evse } = outlet;
  if (start.profile) {
    const profile = { ...start.profile, transaction: null, evse };
    charger.profiles = install(charger.profiles, profile, { replacesAlike: charger.plan.protocol === 'ocpp1.6' });
  }
  admit(charger, { evse, driver: { token, group, remoteStartId } }, controls.now());
}

/** The way to stop the transaction of that name; null when none runs under it. */
export function stopRemotely(controls: Controls, transaction: string): (() => void) | null {
  const outlet = controls.charger.outlets.find((each) => each.session?.transaction === transaction);
  if (!outlet) return null;
  return () => stopSession(controls.charger, { evse: outlet.evse, reason: 'Remote' }, controls.now());
}

/** Forgets the profiles that match each criterion given; false when there was none. */
export function clearProfiles(
  { charger }: Controls,
  which: {
    id?: number | undefined;
    evse?: number | undefined;
    purpose?: string | undefined;
    stackLevel?: number | undefined;
  },
): boolean {
  const matches = (each: StoredProfile) =>
    which.id !== undefined
      ? each.id === which.id
      : (which.evse === undefined || each.evse === which.evse) &&
        (which.purpose === undefined || each.purpose === which.purpose) &&
        (which.stackLevel === undefined || each.stackLevel === which.stackLevel);
  // What others have set at the charger is not the central system's to clear.
  const kept = charger.profiles.filter((each) => each.source !== 'CSO' || !matches(each));
  const cleared = kept.length < charger.profiles.length;
  charger.profiles = kept;
  return cleared;
}

/** Changes the availability of one EVSE or, with 0, of all. Null: there is no such EVSE. */
export function changeAvailability(
  controls: Controls,
  evse: number,
  operative: boolean,
): 'Accepted' | 'Scheduled' | null {
  const { charger } = controls;
  const concerned = charger.outlets.filter((each) => evse === 0 || each.evse === evse);
  if (concerned.length === 0) return null;
  const done = concerned.map((each) => setOperative(charger, { evse: each.evse, operative }, controls.now()));
  return done.every(Boolean) ? 'Accepted' : 'Scheduled';
}
