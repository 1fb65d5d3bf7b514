import type { Alarm } from '#estate/alarm.ts';
import { messageOf } from '#estate/errors.ts';
import type { Fact } from '#estate/fact.ts';
import type { Ground } from '#estate/ground.ts';
import type { Records } from '#storage/records.ts';
import { clearAlarm, listAlarms, raiseAlarm } from '../records.ts';

const MOST_ACTIVE = 100_000;

export interface StandingParts {
  records: Records;
  publish: (fact: Fact) => void;
  ground: Ground;
}

/** The active alarms, in memory and in the records. Each change is stored, then told as a fact, once. */
export interface StandingAlarms {
  /** Reads back which are active, and returns them. */
  load(): Promise<Alarm[]>;
  active(id: string): Alarm | undefined;
  raise(alarm: Alarm): void;
  clear(id: string): void;
  /** Stores what could not be stored before. */
  retry(): void;
  /** Resolves when all changes are stored, or their failure logged. */
  settled(): Promise<void>;
}

export function createStandingAlarms({ records, publish, ground }: StandingParts): StandingAlarms {
  const wanted = new Map<string, Alarm>();
  const stored = new Map<string, Alarm>();
  const storing = new Map<string, Promise<void>>();

  async function storeChanges(id: string): Promise<void> {
    try {
      for (let alarm = wanted.get(id); alarm !== stored.get(id); alarm = wanted.get(id)) {
        const before = stored.get(id);
        const at = ground.clock.now();
        if (alarm) {
          const { raised } = await records.run(raiseAlarm, alarm);
          stored.set(id, alarm);
          if (raised) publish({ kind: 'alarm', site: alarm.site, at, alarm: id, active: true });
        } else if (before) {
          const { cleared } = await records.run(clearAlarm, { id, at });
          stored.delete(id);
          if (cleared) publish({ kind: 'alarm', site: before.site, at, alarm: id, active: false });
        }
      }
    } catch (error) {
      ground.log.error({ alarm: id, error: messageOf(error) }, 'An alarm could not be stored; it is tried again.');
    } finally {
      // In the turn in which nothing was left to store: what changes after it begins anew.
      storing.delete(id);
    }
  }
  const store = (id: string) => {
    if (storing.has(id) || wanted.get(id) === stored.get(id)) return;
    storing.set(id, storeChanges(id));
  };

  return {
    async load() {
      const active = await records.run(listAlarms, { active: true, limit: MOST_ACTIVE });
      for (const alarm of active) {
        wanted.set(alarm.id, alarm);
        stored.set(alarm.id, alarm);
      }
      return active;
    },
    active: (id) => wanted.get(id),
    raise(alarm) {
      wanted.set(alarm.id, alarm);
      store(alarm.id);
    },
    clear(id) {
      if (wanted.delete(id)) store(id);
    },
    retry() {
      for (const id of new Set([...wanted.keys(), ...stored.keys()])) store(id);
    },
    async settled() {
      await Promise.all(storing.values());
    },
  };
}
