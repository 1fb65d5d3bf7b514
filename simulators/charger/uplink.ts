import { type Millis, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import { call, type CallOutcome } from './calls.ts';
import type { OcppCall } from './dialect.ts';
import { clockOffMs } from './interference.ts';
import type { Station } from './station-parts.ts';
import { toldByClock } from './wrong-clock.ts';

/** A charger's standing with its central system: boot, heartbeat, and what may be lost. */
export interface Uplink {
  /** From the accepted boot until the wire is gone. */
  isReady: boolean;
  /** When that last began. */
  readyAt: Millis;
  /** The central system wants it to wait with its boot, and may ask it something meanwhile. */
  isPending: boolean;
  /** The next connection begins with a boot; after a reset it says so. */
  mustBoot: boolean;
  wasReset: boolean;
  bootAt: Millis;
  heartbeatAt: Millis;
  /** The firmware with which it was last accepted; null: never. */
  acceptedWith: string | null;
}

const bootAnswer = z.object({ status: z.string(), interval: z.number() });
const BOOT_RETRY_S = 30;

export function newUplink(): Uplink {
  return {
    isReady: false,
    readyAt: Infinity,
    isPending: false,
    mustBoot: true,
    wasReset: false,
    bootAt: Infinity,
    heartbeatAt: Infinity,
    acceptedWith: null,
  };
}

/** The wire is up. */
export function wireOpened(station: Station): void {
  if (station.uplink.mustBoot) void boot(station);
  else settleIn(station);
}

/** The wire is gone. */
export function wireClosed({ uplink, plan, probe }: Station): void {
  if (uplink.isReady) probe.standing(plan.id, false);
  uplink.mustBoot ||= plan.bootsOnReconnect;
  Object.assign(uplink, { isReady: false, isPending: false, bootAt: Infinity, heartbeatAt: Infinity });
}

/** Says something that may be lost; nothing while not ready. */
export function say(station: Station, what: OcppCall | null): void {
  if (what && station.uplink.isReady) void callByItsClock(station, what);
}

/** The same, for who waits for the answer. What was asked for may be said while the boot is pending. */
export function ask(station: Station, what: OcppCall, how?: { isInstructed: boolean }): Promise<CallOutcome> {
  const { isReady, isPending } = station.uplink;
  if (isReady || (isPending && how?.isInstructed)) return callByItsClock(station, what);
  return Promise.resolve({ kind: 'lost' });
}

export async function boot(station: Station): Promise<void> {
  const { uplink, settings, plan, dialect, ground } = station;
  uplink.bootAt = Infinity;
  const { firmware } = plan;
  const outcome = await callByItsClock(station, dialect.boot(plan, uplink.wasReset ? 'reset' : 'PowerUp'));
  if (outcome.kind === 'lost') return;
  const { data: answer } = bootAnswer.safeParse(outcome.kind === 'result' ? outcome.payload : null);
  if (answer?.status === 'Accepted') {
    uplink.acceptedWith = firmware;
    settings.heartbeatS = answer.interval > 0 ? answer.interval : settings.heartbeatS;
    settleIn(station);
  } else {
    uplink.isPending = answer?.status === 'Pending';
    uplink.bootAt = ground.clock.now() + (answer?.interval || BOOT_RETRY_S) * SECOND;
  }
}

/** Boots again, and lets its heart beat, where it is time. */
export function tickUplink(station: Station, now: Millis): void {
  const { uplink, dialect } = station;
  if (now >= uplink.bootAt) void boot(station);
  if (now < uplink.heartbeatAt) return;
  uplink.heartbeatAt = now + heartbeatMs(station);
  say(station, dialect.heartbeat);
}

/** The central system listens. */
function settleIn(station: Station): void {
  const { uplink, plan, ground, probe } = station;
  const now = ground.clock.now();
  Object.assign(uplink, { isReady: true, readyAt: now, isPending: false, mustBoot: false });
  uplink.heartbeatAt = now + heartbeatMs(station);
  probe.standing(plan.id, true);
  station.hears.accepted(station);
}

function heartbeatMs({ settings, life }: Station): number {
  return settings.heartbeatS * life.slowHeart * SECOND;
}

function callByItsClock(station: Station, { action, payload }: OcppCall): Promise<CallOutcome> {
  const { interferences, ground } = station;
  return call(station, action, toldByClock(payload, clockOffMs(interferences, ground.clock.now())));
}
