import type { Millis } from '#estate/units.ts';
import { admit, type Charger, setOperative, statusAt, stopSession } from './charger.ts';
import type { ChargerSettings, Controls } from './dialect.ts';
import type { Outlet } from './outlet.ts';
import { HIGHEST_STACK_LEVEL, install, type StoredProfile } from './profiles.ts';

/** What both versions ask of a charger in other words. Each says what it can do, and does it after the answer has left. */

/** The outlet that a remote start may use: the one asked for, else one with a car that waits, else a free one. */
export function outletForStart(charger: Charger, evse: number | undefined, now: Millis): Outlet | undefined {
  const able = charger.outlets.filter(
    (each) =>
      (evse === undefined || each.evse === evse) &&
      !each.waiting &&
      ['Available', 'Preparing', 'Finishing'].includes(statusAt(charger, each, now)),
  );
  return able.find((each) => each.car) ?? able[0];
}

export function startRemotely(
  controls: Controls,
  start: { outlet: Outlet; token: string; remoteStartId: number; profile?: Omit<StoredProfile, 'evse'> | undefined },
): void {
  const { charger } = controls;
  const { evse } = start.outlet;
  if (start.profile) charger.profiles = install(charger.profiles, { ...start.profile, transaction: null, evse });
  admit(charger, { evse, driver: { token: start.token, remoteStartId: start.remoteStartId } }, controls.now());
}

/** The way to stop the transaction of that name; null when none runs under it. */
export function stopRemotely(controls: Controls, transaction: string): (() => void) | null {
  const outlet = controls.charger.outlets.find((each) => each.session?.transaction === transaction);
  if (!outlet) return null;
  return () => stopSession(controls.charger, { evse: outlet.evse, reason: 'Remote' }, controls.now());
}

/** Takes a profile, or says no: an unknown EVSE, a transaction that does not run, a level or purpose out of place. */
export function setProfile({ charger }: Controls, profile: StoredProfile): boolean {
  const { purpose, evse, transaction } = profile;
  if (evse > charger.plan.evses || evse < 0 || profile.stackLevel > HIGHEST_STACK_LEVEL) return false;
  if (profile.periods[0]?.startS !== 0 || (purpose === 'station-max' && evse !== 0)) return false;
  if (purpose === 'transaction') {
    const session = charger.outlets.find((each) => each.evse === evse)?.session;
    if (!session || (transaction !== null && transaction !== session.transaction)) return false;
  }
  charger.profiles = install(charger.profiles, profile);
  return true;
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
  const kept = charger.profiles.filter((each) => !matches(each));
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

/** The settings by name, as numbers of seconds. */
export function setSeconds(settings: ChargerSettings, key: keyof ChargerSettings, text: string): boolean {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400) return false;
  settings[key] = seconds;
  return true;
}
