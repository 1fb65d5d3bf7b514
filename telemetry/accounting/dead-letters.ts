import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { Records } from '#storage/records.ts';
import type { CountOf, DeviceRef } from './received.ts';
import { bury, listDead, trimLetters, type DeadLetter } from './dead-letter-tables.ts';

/** A message or reading with which nothing can be done, and why. */
export interface Unusable {
  topic: string;
  reason: string;
  payload: string | Uint8Array;
  /** Whose it is; null: that cannot be told. */
  of: DeviceRef | null;
  /** How many readings it was; 1 unless told, also where nobody can say. */
  readings?: number;
}

export interface DeadLetters {
  /** Keeps them; resolves once they are durable, so that the message may be acknowledged. */
  bury(unusable: readonly Unusable[]): Promise<void>;
  /** Reads the latest of before. */
  load(): Promise<void>;
  /** Forgets all but the newest. Done by itself whenever many have come. */
  trim(): Promise<void>;
  /** The latest, newest first. */
  recent(): DeadLetter[];
}

const MOST_REMEMBERED = 200;
const MOST_KEPT = 10_000;
const TRIMMED_AFTER = 1_000;
const PAYLOAD_BYTES = 4 * 1024;
const TOPIC_BYTES = 256;
const REASON_BYTES = 512;

export function createDeadLetters(deps: { records: Records; ground: Ground; count: CountOf }): DeadLetters {
  const { clock, random } = deps.ground;
  const recent: DeadLetter[] = [];
  let untrimmed = 0;
  const trim = async () => {
    untrimmed = 0;
    await deps.records.run(trimLetters, MOST_KEPT);
  };
  const letterOf = ({ topic, reason, payload }: Unusable): DeadLetter => {
    const at = clock.now();
    return {
      id: `${String(at).padStart(15, '0')}-${random.text(10)}`,
      at,
      topic: storable(topic, TOPIC_BYTES),
      reason: storable(reason, REASON_BYTES),
      payload: storable(payload, PAYLOAD_BYTES),
    };
  };
  return {
    async load() {
      recent.splice(0, recent.length, ...(await deps.records.run(listDead, { limit: MOST_REMEMBERED })));
    },
    async bury(unusable) {
      if (unusable.length === 0) return;
      const letters = unusable.map(letterOf);
      await deps.records.run(bury, letters);
      for (const { of, readings = 1 } of unusable) deps.count(of, 'dead', readings);
      recent.unshift(...letters.toReversed().slice(0, MOST_REMEMBERED));
      recent.length = Math.min(recent.length, MOST_REMEMBERED);
      untrimmed += letters.length;
      if (untrimmed < TRIMMED_AFTER) return;
      trim().catch((error: unknown) =>
        deps.ground.log.warn({ error: messageOf(error) }, 'Old dead letters could not be forgotten yet.'),
      );
    },
    trim,
    recent: () => [...recent],
  };
}

/** Its beginning, as text that every store takes: PostgreSQL refuses NUL. */
export function storable(said: string | Uint8Array, most: number): string {
  return Buffer.from(said.slice(0, most)).subarray(0, most).toString().replaceAll('\0', '\uFFFD');
}
