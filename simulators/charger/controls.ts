import { SECOND } from '#estate/units.ts';
import { sample, statusAt, stopSession } from './charger.ts';
import type { Controls } from './dialect.ts';
import { restartLink } from './link.ts';
import type { Station } from './station-parts.ts';
import { ask, boot } from './uplink.ts';

const REBOOT_MS = 5 * SECOND;

/** What a command of the central system, or whoever stands at the charger, can reach. */
export function controlsOf(station: Station): Controls {
  const { charger, settings, ground, dialect, outbox } = station;
  return {
    charger,
    settings,
    variables: station.variables,
    memory: station.memory,
    credentials: station.credentials,
    tokens: station.tokens,
    reconnect: (delayMs) => restartLink(station, 'close', delayMs),
    now: () => ground.clock.now(),
    heardSince: () => station.uplink.readyAt,
    reboot: (reason) => reboot(station, reason),
    rebootWhenIdle: () => void (station.rebootWhenIdle = true),
    say(what, evse) {
      if (what === 'boot') void boot(station);
      else if (what === 'heartbeat') void ask(station, dialect.heartbeat, { isInstructed: true });
      else if (what === 'status') {
        for (const call of statuses(station, evse)) if (call) void ask(station, call, { isInstructed: true });
      } else {
        const outlets = charger.outlets.filter((each) => evse === null || each.evse === evse);
        for (const each of outlets) sample(charger, each, { trigger: 'remote', at: ground.clock.now() });
      }
    },
    send: (call, how) => ask(station, call, how),
    after: (delayMs, act) => void station.agenda.push({ due: ground.clock.now() + delayMs, act }),
    hasQueued: (session) => outbox.some((each) => session === null || each.session === session),
  };
}

/** Ends all sessions, goes dark, and boots. */
export function reboot(station: Station, reason: 'SoftReset' | 'HardReset'): void {
  const { charger, uplink, ground, agenda } = station;
  station.rebootWhenIdle = false;
  agenda.length = 0;
  for (const { evse } of charger.outlets) stopSession(charger, { evse, reason }, ground.clock.now());
  uplink.mustBoot = true;
  uplink.wasReset = true;
  restartLink(station, 'close', REBOOT_MS);
}

/** The statuses of an EVSE, or of all and the station. */
export function statuses({ charger, dialect, ground }: Station, evse: number | null) {
  const now = ground.clock.now();
  const outlets = charger.outlets.filter((each) => evse === null || each.evse === evse);
  const station = evse === null ? [dialect.status(null, 'Available', now)] : [];
  return [...station, ...outlets.map((each) => dialect.status(each, statusAt(charger, each, now), now))];
}
