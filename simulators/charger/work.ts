import { SECOND } from '#estate/units.ts';
import type { Controls, OcppCall } from './dialect.ts';
import { tell } from './tell.ts';

/** Something that takes its time, and that its charger tells of step by step under one notification. */
export interface Work {
  say(status: string, more?: object): void;
  /** Lets time pass. Work that was dropped for another, or by a power cut, never goes on. */
  pause(delayMs: number): Promise<void>;
  /** Tries so often as allowed; false when it fails each time, as its URL may say. */
  tries(failing: boolean, attempt: () => Promise<void>): Promise<boolean>;
  end(): void;
}

/** How often it may be tried again. */
export interface Retry {
  retries?: number | undefined;
  retryInterval?: number | undefined;
}

/** Work under way: the notification that tells of it, and what it last told. */
export interface Job {
  action: string;
  told: OcppCall | null;
}

/** Begins work; what was under way under the same notification is dropped. */
export function beginWork(
  controls: Controls,
  { action, requestId, retries = 0, retryInterval = 10 }: Retry & { action: string; requestId?: number | undefined },
): Work {
  const { memory } = controls;
  const mine: Job = { action, told: null };
  memory.work = [...memory.work.filter((other) => other.action !== action), mine];
  const isMine = () => memory.work.includes(mine);
  const pause: Work['pause'] = (delayMs) =>
    new Promise((resolve) => controls.after(delayMs, () => isMine() && resolve()));
  return {
    say(status, more = {}) {
      mine.told = { action, payload: { status, ...(requestId === undefined ? {} : { requestId }), ...more } };
      tell(controls, mine.told);
    },
    pause,
    async tries(failing, attempt) {
      for (let left = retries; ; left--) {
        await attempt();
        if (!failing) return true;
        if (left <= 0) return false;
        await pause(retryInterval * SECOND);
      }
    },
    end: () => void (memory.work = memory.work.filter((other) => other !== mine)),
  };
}

export function isAtWork(controls: Controls, action: string): boolean {
  return workAt(controls, action) !== undefined;
}

/** The work that a notification tells of. */
export function workAt({ memory }: Controls, action: string): Job | undefined {
  return memory.work.find((job) => job.action === action);
}

const TOLD_ON_REQUEST = /^(Diagnostics|Firmware|Log|PublishFirmware|SignedFirmware)StatusNotification$/;

/** What a charger says of its work when it is asked to; null when this is no notification of work. */
export function workNow(controls: Controls, action: string): OcppCall | null {
  if (!TOLD_ON_REQUEST.test(action)) return null;
  return workAt(controls, action)?.told ?? { action, payload: { status: 'Idle' } };
}
