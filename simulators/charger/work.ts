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

/** Begins work; what was under way under the same notification is dropped. */
export function beginWork(
  controls: Controls,
  { action, requestId, retries = 0, retryInterval = 10 }: Retry & { action: string; requestId?: number | undefined },
): Work {
  const { work } = controls.memory;
  const mine: { told: OcppCall | null } = { told: null };
  work.set(action, mine);
  const isMine = () => work.get(action) === mine;
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
    end: () => void (isMine() && work.delete(action)),
  };
}

export function isAtWork({ memory }: Controls, action: string): boolean {
  return memory.work.has(action);
}

const TOLD_ON_REQUEST = /^(Diagnostics|Firmware|Log|PublishFirmware|SignedFirmware)StatusNotification$/;

/** What a charger says of its work when it is asked to; null when this is no notification of work. */
export function workNow({ memory }: Controls, action: string): OcppCall | null {
  if (!TOLD_ON_REQUEST.test(action)) return null;
  return memory.work.get(action)?.told ?? { action, payload: { status: 'Idle' } };
}
