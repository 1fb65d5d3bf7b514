import { SECOND } from '#estate/units.ts';
import { sample, statusAt, stopSession } from './charger.ts';
import type { Controls } from './dialect.ts';
import type { Parts } from './station-parts.ts';

const REBOOT_MS = 5 * SECOND;

/** What a command of the central system, or whoever stands at the charger, can reach. */
export function controlsOf(parts: Parts): Controls {
  const { charger, settings, ground, dialect, uplink, outbox } = parts;
  return {
    charger,
    settings,
    variables: parts.variables,
    memory: parts.memory,
    credentials: parts.credentials,
    tokens: parts.tokens,
    reconnect: (delayMs) => parts.link.restart('close', delayMs),
    now: () => ground.clock.now(),
    reboot: (reason) => reboot(parts, reason),
    rebootWhenIdle: () => void (parts.rebootWhenIdle = true),
    say(what, evse) {
      if (what === 'boot') void uplink.boot();
      else if (what === 'heartbeat') void uplink.ask(dialect.heartbeat, { isInstructed: true });
      else if (what === 'status') {
        for (const call of statuses(parts, evse)) if (call) void uplink.ask(call, { isInstructed: true });
      } else {
        const outlets = charger.outlets.filter((each) => evse === null || each.evse === evse);
        for (const each of outlets) sample(charger, each, { trigger: 'remote', at: ground.clock.now() });
      }
    },
    send: (call, how) => uplink.ask(call, how),
    after: (delayMs, act) => parts.agenda.at(ground.clock.now() + delayMs, act),
    hasQueued: (session) => (session === null ? outbox.size > 0 : outbox.has(session)),
  };
}

/** Ends all sessions, goes dark, and boots. */
export function reboot(parts: Parts, reason: 'SoftReset' | 'HardReset'): void {
  const { charger, uplink, link, ground } = parts;
  parts.rebootWhenIdle = false;
  parts.agenda.clear();
  for (const { evse } of charger.outlets) stopSession(charger, { evse, reason }, ground.clock.now());
  uplink.mustBoot();
  link.restart('close', REBOOT_MS);
}

/** The statuses of an EVSE, or of all and the station. */
export function statuses({ charger, dialect, ground }: Parts, evse: number | null) {
  const now = ground.clock.now();
  const outlets = charger.outlets.filter((each) => evse === null || each.evse === evse);
  const station = evse === null ? [dialect.status(null, 'Available', now)] : [];
  return [...station, ...outlets.map((each) => dialect.status(each, statusAt(charger, each, now), now))];
}
