import type { Clock } from '#estate/clock.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import type { ChargerPlan } from '../estate/plan.ts';
import type { CallOutcome } from './calls.ts';
import type { ChargerSettings, Dialect, OcppCall } from './dialect.ts';
import type { Link } from './link.ts';

/** A charger's standing with its central system: boot, heartbeat, and what may be lost. */
export interface Uplink {
  /** True from the accepted boot until the wire is gone. */
  isReady(): boolean;
  /** The wire is up, or gone. */
  opened(): void;
  closed(): void;
  /** The next connection begins with a boot. */
  mustBoot(): void;
  /** The firmware with which it was last accepted; null: never. */
  acceptedWith(): string | null;
  /** Says something that may be lost; nothing while not ready. */
  say(call: OcppCall | null): void;
  /** The same, for who waits for the answer. What was asked for may be said while the boot is pending. */
  ask(call: OcppCall, how?: { isInstructed: boolean }): Promise<CallOutcome>;
  boot(): Promise<void>;
  tick(now: Millis): void;
}

export interface UplinkOptions {
  plan: ChargerPlan;
  dialect: Dialect;
  settings: ChargerSettings;
  /** How many times slower its heart beats than the central system asks. */
  slowHeart: number;
  /** The central system listens. */
  ready: () => void;
  /** It is accepted, or gone. */
  standing: (isUp: boolean) => void;
}

const bootAnswer = z.object({ status: z.string(), interval: z.number() });
const BOOT_RETRY_S = 30;

export function createUplink({ clock, link }: { clock: Clock; link: Link }, options: UplinkOptions): Uplink {
  const { dialect, settings, plan, slowHeart } = options;
  let ready = false;
  let pending = false;
  let bootNeeded = true;
  let reset = false;
  let bootAt: Millis = Infinity;
  let heartbeatAt: Millis = Infinity;
  let accepted: string | null = null;

  const greet = () => {
    ready = true;
    pending = false;
    bootNeeded = false;
    heartbeatAt = clock.now() + settings.heartbeatS * slowHeart * SECOND;
    options.standing(true);
    options.ready();
  };
  const boot = async () => {
    bootAt = Infinity;
    const { firmware } = plan;
    const { action, payload } = dialect.boot(plan, reset ? 'reset' : 'PowerUp');
    const outcome = await link.call(action, payload);
    if (outcome.kind === 'lost') return;
    const { data: answer } = bootAnswer.safeParse(outcome.kind === 'result' ? outcome.payload : null);
    if (answer?.status === 'Accepted') {
      accepted = firmware;
      settings.heartbeatS = answer.interval > 0 ? answer.interval : settings.heartbeatS;
      greet();
    } else {
      pending = answer?.status === 'Pending';
      bootAt = clock.now() + (answer?.interval || BOOT_RETRY_S) * SECOND;
    }
  };
  const say = (call: OcppCall | null) => {
    if (call && ready) void link.call(call.action, call.payload);
  };
  return {
    isReady: () => ready,
    opened: () => void (bootNeeded ? boot() : greet()),
    closed() {
      if (ready) options.standing(false);
      [ready, pending] = [false, false];
      bootNeeded ||= plan.bootsOnReconnect;
      [bootAt, heartbeatAt] = [Infinity, Infinity];
    },
    mustBoot: () => void ([bootNeeded, reset] = [true, true]),
    acceptedWith: () => accepted,
    say,
    ask: ({ action, payload }, how) =>
      ready || (pending && how?.isInstructed) ? link.call(action, payload) : Promise.resolve({ kind: 'lost' }),
    boot,
    tick(now) {
      if (now >= bootAt) void boot();
      if (now < heartbeatAt) return;
      heartbeatAt = now + settings.heartbeatS * slowHeart * SECOND;
      say(dialect.heartbeat);
    },
  };
}
