import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { ChargerRef } from '../domain.ts';

/** What a charger does on its own for minutes or hours, and tells of as it goes. */
export type JobKind = 'firmware-update' | 'publication' | 'log-upload' | 'diagnostics-upload';

/**
 * `superseded`: the charger dropped it for a newer one of its kind; `lost`: nothing was heard of it for a day, so that
 * nobody waits for it any more.
 */
export type JobOutcome = 'running' | 'done' | 'failed' | 'superseded' | 'lost';

/** What was asked. */
export interface JobTerms {
  /** From where, or to where; credentials in it are hidden. */
  url?: string;
  retrieveAt?: Millis;
  installAt?: Millis;
  retries?: number;
  retryIntervalS?: number;
  /** Whether the firmware came with its signature. */
  signed?: boolean;
  log?: string;
  /** The span of time that a log is to cover. */
  from?: Millis;
  to?: Millis;
  /** MD5 of a firmware that is published, hex. */
  checksum?: string;
}

export interface Job {
  id: string;
  charger: DeviceId;
  site: SiteId | null;
  kind: JobKind;
  /** The number by which both sides know it; null where the version gives none. */
  request: number | null;
  /** Null: the charger does it without our asking. */
  terms: JobTerms | null;
  outcome: JobOutcome;
  /** Oldest first: `asked`, `accepted`, then what the charger told, as `downloading`, `install-rebooting`. */
  states: { state: string; at: Millis }[];
  /** As the charger names the file that it uploads. */
  fileName: string | null;
  /** Where a published firmware can be fetched. */
  locations: string[];
}

/** Which job of a charger is meant. */
interface Which {
  kind: JobKind;
  request: number | null;
}

/** How a charger took it that it was asked: `accepted`, `unanswered`, or why it will not be done. */
export interface JobAnswer extends Which {
  charger: DeviceId;
  state: string;
  fileName?: string | null;
  at: Millis;
}

export interface JobReport extends Which {
  charger: ChargerRef;
  state: string;
  locations?: string[];
  at: Millis;
}

/** The face of the jobs; what resolves is committed. */
export interface Jobs {
  /** A charger is about to be asked. */
  asked(asked: Which & { charger: ChargerRef; terms: JobTerms; at: Millis }): Promise<void>;
  /** Belongs to the oldest job that was asked and not answered: calls go out in order. */
  answered(answer: JobAnswer): Promise<void>;
  /** A state without a number belongs to the newest job that may go on; one that belongs to none makes a job of its own. */
  reported(report: JobReport): Promise<void>;
  /** A published firmware is no longer offered. */
  unpublished(what: { charger: DeviceId; checksum: string; at: Millis }): Promise<void>;
  /** Gives up what nothing was heard of for a day, and forgets what ended a year ago. */
  sweep(now: Millis): Promise<void>;
  job(id: string): Promise<Job | null>;
  /** Newest first; `before` is the id of the last of the page before. */
  list(query: {
    charger?: DeviceId;
    site?: SiteId;
    kind?: JobKind;
    outcome?: JobOutcome;
    before?: string;
    limit: number;
  }): Promise<Job[]>;
}
