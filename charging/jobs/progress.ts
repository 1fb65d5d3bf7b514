import { DAY, type Millis } from '#estate/units.ts';
import type { Job, JobOutcome, JobTerms } from './job.ts';

/** In what a state of a job comes to its end; with any other it goes on. */
const ENDS: Record<string, JobOutcome> = {
  installed: 'done',
  published: 'done',
  unpublished: 'done',
  uploaded: 'done',
  'download-failed': 'failed',
  'invalid-signature': 'failed',
  'install-verification-failed': 'failed',
  'installation-failed': 'failed',
  'invalid-checksum': 'failed',
  'publish-failed': 'failed',
  'upload-failed': 'failed',
  'upload-failure': 'failed',
  'bad-message': 'failed',
  'not-supported-operation': 'failed',
  'permission-denied': 'failed',
  'accepted-canceled': 'superseded',
  superseded: 'superseded',
  lost: 'lost',
};

/** What a charger, or its silence, says to being asked; any other answer is a refusal. */
const WILLING = new Set(['accepted', 'unanswered']);

export function outcomeAfter(state: string): JobOutcome {
  // A state is the charger's own word, and may be `constructor`.
  return (Object.hasOwn(ENDS, state) ? ENDS[state] : undefined) ?? 'running';
}

export function outcomeOfAnswer(state: string): JobOutcome {
  return WILLING.has(state) ? 'running' : 'failed';
}

const PATIENCE_MS = DAY;

/** When a job is given up of which nothing more is heard: a day after the last news, or after its work was due. */
export function lostAt(heardAt: Millis, terms: JobTerms | null): Millis {
  return Math.max(heardAt, terms?.retrieveAt ?? 0, terms?.installAt ?? 0) + PATIENCE_MS;
}

const MOST_STATES = 100;

/** The history with one more state; the same again is no news. Of a very long one the middle is left out. */
export function withState(states: Job['states'], state: string, at: Millis): Job['states'] {
  if (states.at(-1)?.state === state) return states;
  const [first, ...others] = [...states, { state, at }];
  return first ? [first, ...others.slice(-MOST_STATES)] : others;
}
