import type { Alarm } from '#estate/alarm.ts';
import type { Millis } from '#estate/units.ts';
import { RULES } from './list.ts';
import type { AlarmRule, Finding, Subject } from './rule.ts';
import { createStandingAlarms, type StandingParts } from './standing.ts';

/** Raises and clears alarms by the rules, each once. */
export interface Annunciator {
  /** Reads back which alarms are active, and returns them. */
  load(): Promise<Alarm[]>;
  /** Puts every rule about the subject to it. */
  judge(subject: Subject): void;
  /** Raises what has lasted long enough by now. */
  tick(): void;
  /** Resolves when all that was judged is stored. */
  settled(): Promise<void>;
}

export function createAnnunciator(parts: StandingParts): Annunciator {
  const { clock } = parts.ground;
  const standing = createStandingAlarms(parts);
  /** Conditions that hold, but not yet for long enough. */
  const pending = new Map<string, { alarm: Alarm; dueAt: Millis }>();

  const raise = (alarm: Alarm) => {
    pending.delete(alarm.id);
    standing.raise(alarm);
  };
  const found = (alarm: Alarm, { onDelayMs }: AlarmRule) => {
    const active = standing.active(alarm.id);
    if (active) {
      const sameWords = active.text === alarm.text && active.action === alarm.action;
      if (!sameWords) raise({ ...alarm, since: active.since });
      return;
    }
    const since = Math.min(pending.get(alarm.id)?.alarm.since ?? alarm.since, alarm.since);
    const dueAt = onDelayMs === 0 ? clock.now() : since + onDelayMs;
    if (dueAt <= clock.now()) raise({ ...alarm, since });
    else pending.set(alarm.id, { alarm: { ...alarm, since }, dueAt });
  };

  return {
    load: () => standing.load(),
    judge(subject) {
      for (const rule of RULES) {
        if (rule.about !== subject.kind) continue;
        const id = `${rule.cause}:${subject.device}`;
        const finding = rule.judge(subject);
        if (finding !== null && finding !== 'covered') {
          found(alarmOf(subject, rule, finding), rule);
        } else {
          pending.delete(id);
          if (finding === null) standing.clear(id);
        }
      }
    },
    tick() {
      for (const { alarm, dueAt } of pending.values()) if (dueAt <= clock.now()) raise(alarm);
      standing.retry();
    },
    settled: () => standing.settled(),
  };
}

function alarmOf({ site, device }: Subject, { cause, priority }: AlarmRule, finding: Finding): Alarm {
  return { id: `${cause}:${device}`, cause, site, device, priority, ...finding, clearedAt: null };
}
