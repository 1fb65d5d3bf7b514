import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { DeviceId } from '#estate/ids.ts';
import { SECOND } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import { addDeviations, BEYOND, countDeviations, deviationsOf, MOST_WAYS, wayOf, type Deviation } from './kept.ts';
import type { DeviationKind } from './kinds.ts';

/** A departure from what is agreed, as it is met. */
export interface SeenDeviation {
  action: string;
  field: string;
  kind: DeviationKind;
  /** What was found there. */
  found?: unknown;
}

/** Counts how chargers depart from what is agreed. Its counts outlive the process. */
export interface Deviations {
  /** Counts one. It waits for nothing and does not fail. */
  note(charger: DeviceId, seen: SeenDeviation): void;
  /** Those of one charger, the most frequent first. */
  of(charger: DeviceId): Promise<Deviation[]>;
  /** How often each of these chargers deviated in all; those that never did are left out. */
  totals(chargers: readonly DeviceId[]): Promise<Map<DeviceId, number>>;
  /** Resolves once what was counted is stored, or has failed to be. */
  settled(): Promise<void>;
}

/** For so long counts are gathered, so that a charger that is always wrong costs one row a while. */
const GATHERED_MS = 10 * SECOND;
/** Ways of all chargers that wait to be stored; beyond, nothing more is told apart. */
const MOST_WAITING = 50_000;
/** Rows that are stored in one unit of work. */
const BATCH = 500;
const LONGEST_NAME = 100;
const LONGEST_EXAMPLE = 80;

/** Whose values say who charges. */
const PERSONAL = /idTag|idToken|emaid/i;

type Counted = Deviation & { charger: DeviceId };

export function createDeviations({ records, ground }: { records: Records; ground: Ground }): Deviations {
  const { clock, log } = ground;
  let waiting = new Map<DeviceId, Map<string, Counted>>();
  let ways = 0;
  let storing: Promise<void> = Promise.resolve();
  let isDue = false;

  const store = async (counted: readonly Counted[]) => {
    try {
      for (let from = 0; from < counted.length; from += BATCH) {
        await records.run(addDeviations, counted.slice(from, from + BATCH));
      }
    } catch (error) {
      log.warn({ error: messageOf(error), ways: counted.length }, 'Counts of deviations could not be stored.');
    }
  };
  const flush = (): Promise<void> => {
    const counted = [...waiting.values()].flatMap((ofCharger) => [...ofCharger.values()]);
    waiting = new Map();
    ways = 0;
    if (counted.length > 0) storing = storing.then(() => store(counted));
    return storing;
  };
  const entryOf = (charger: DeviceId, seen: SeenDeviation): Counted => {
    const ofCharger = waiting.getOrInsertComputed(charger, () => new Map<string, Counted>());
    const fits = ofCharger.size < MOST_WAYS && ways < MOST_WAITING;
    const known = ofCharger.get(wayOf(seen)) ?? (fits ? undefined : ofCharger.get(`${seen.kind} ${BEYOND} ${BEYOND}`));
    if (known) return known;
    const named = fits ? seen : { action: BEYOND, field: BEYOND, kind: seen.kind };
    const at = clock.now();
    const entry = { charger, ...shortened(named), count: 0, firstAt: at, lastAt: at, example: exampleOf(seen) };
    ofCharger.set(wayOf(named), entry);
    ways += 1;
    return entry;
  };
  return {
    note(charger, seen) {
      const entry = entryOf(charger, seen);
      entry.count += 1;
      entry.lastAt = clock.now();
      if (isDue) return;
      isDue = true;
      clock.after(GATHERED_MS, () => {
        isDue = false;
        void flush();
      });
    },
    async of(charger) {
      await flush();
      return records.run(deviationsOf, charger);
    },
    totals: async (chargers) => new Map(await records.run(countDeviations, chargers)),
    settled: flush,
  };
}

function shortened({ action, field, kind }: SeenDeviation): Pick<Deviation, 'action' | 'field' | 'kind'> {
  return { action: storable(action), field: storable(field), kind };
}

/** A name that the charger may have chosen, as a store keeps it. */
function storable(name: string): string {
  return name.slice(0, LONGEST_NAME).toWellFormed().replaceAll('\0', '\uFFFD');
}

/** What was found, in a few characters; of what may name a person only how long it is. */
function exampleOf({ field, found }: SeenDeviation): string | null {
  if (found === undefined) return null;
  if (typeof found === 'object' && found !== null) return Array.isArray(found) ? `[${found.length}]` : '{}';
  if (PERSONAL.test(field)) return typeof found === 'string' ? `${found.length} characters` : typeof found;
  const text = JSON.stringify(typeof found === 'string' ? found.slice(0, LONGEST_EXAMPLE) : found);
  return typeof found === 'string' && found.length > LONGEST_EXAMPLE ? `${text} … ${found.length} characters` : text;
}
