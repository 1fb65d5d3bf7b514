import { PolisError } from '#estate/errors.ts';
import { DAY, type Millis } from '#estate/units.ts';
import { z } from 'zod';
import type { Condition, Device } from '../devices/device-kind.ts';
import { draw, stream } from '../physics/noise.ts';

/** A condition that holds at a device. */
export const holding = z.object({
  device: z.string(),
  code: z.string(),
  /** Of this occurrence. */
  id: z.string(),
  since: z.number(),
});

export type Holding = z.infer<typeof holding>;

/** A condition began, or has passed: the same id, not active. */
export interface DeviceEvent extends Holding {
  at: Millis;
  severity: number;
  text: string;
  active: boolean;
}

/** What befalls the devices of a site by itself, drawn from their own chance, and what is made to befall them. */
export interface Conditions {
  /** Lets begin and end what is due; devices show it from then on. */
  at(now: Millis): void;
  /**
   * Makes a condition hold or pass.
   *
   * @throws PolisError `not-found` without such a device, `invalid` when it has no such condition.
   */
  force(device: string, code: string, is: { active: boolean; now: Millis }): void;
  /** What began and passed since this was last asked. */
  news(): DeviceEvent[];
}

interface Occurrence {
  device: Device;
  condition: Condition;
  from: Millis;
  to: Millis;
}

/** Occurrences are drawn for spells of this length; none reaches beyond its own. */
const SPELL_MS = 4 * DAY;
const YEAR_MS = 365.25 * DAY;

/** @param held what holds at the start; it is changed in place, and told anew, since nobody may have heard of it. */
export function createConditions(devices: readonly Device[], held: Holding[]): Conditions {
  const byId = new Map(devices.map((device) => [device.standing.plan.id, device]));
  let spell = NaN;
  let drawn: Occurrence[] = [];
  let forced: Occurrence[] = [];
  let news: DeviceEvent[] = [];
  const tell = (told: Holding, active: boolean, at: Millis) => {
    const { text, severity } = conditionOf(byId, told);
    news.push({ ...told, at, severity, text, active });
  };
  for (const each of held) show(byId, each.device, held);
  for (const each of held) if (byId.has(each.device)) tell(each, true, each.since);

  const at = (now: Millis) => {
    const current = Math.floor(now / SPELL_MS);
    if (current !== spell) {
      spell = current;
      drawn = devices.flatMap((device) => occurrencesIn(spell, device));
    }
    if (drawn.length + forced.length + held.length === 0) return;
    const due = [...forced, ...drawn].filter(({ from, to }) => from <= now && now < to);
    for (const each of held.filter((old) => !due.some((one) => isOf(one, old)))) {
      held.splice(held.indexOf(each), 1);
      tell(each, false, now);
      show(byId, each.device, held);
    }
    for (const one of due.filter((each) => !held.some((old) => isOf(each, old)))) {
      const { plan } = one.device.standing;
      const { code } = one.condition;
      const begun = { device: plan.id, code, id: `${code}-${one.from}`, since: one.from };
      held.push(begun);
      tell(begun, true, one.from);
      show(byId, plan.id, held);
    }
  };
  return {
    at,
    force(id, code, { active, now }) {
      const device = byId.get(id);
      if (!device) throw new PolisError('not-found', `There is no device ${id} at this site.`);
      const condition = device.kind.conditions.find((each) => each.code === code);
      if (!condition) throw new PolisError('invalid', `${id} has no condition ${code}; it has ${codesOf(device)}.`);
      const isOther = (one: Occurrence) => one.device !== device || one.condition !== condition;
      const holds = held.some((each) => each.device === id && each.code === code);
      if (active && !holds) forced.push({ device, condition, from: now, to: Infinity });
      if (!active) [forced, drawn] = [forced.filter(isOther), drawn.filter((one) => isOther(one) || one.from > now)];
      at(now);
    },
    news() {
      const told = news;
      news = [];
      return told;
    },
  };
}

function isOf({ device, condition }: Occurrence, held: Holding): boolean {
  return device.standing.plan.id === held.device && condition.code === held.code;
}

const NONE: readonly string[] = [];

function show(byId: ReadonlyMap<string, Device>, id: string, held: readonly Holding[]): void {
  const device = byId.get(id);
  if (!device) return;
  const codes = held.filter((each) => each.device === id).map(({ code }) => code);
  device.standing.conditions = codes.length > 0 ? codes : NONE;
}

function conditionOf(byId: ReadonlyMap<string, Device>, { device, code }: Holding) {
  const found = byId.get(device)?.kind.conditions.find((each) => each.code === code);
  return found ?? { severity: 0, text: '' };
}

function codesOf({ kind }: Device): string {
  return kind.conditions.map(({ code }) => code).join(', ') || 'none';
}

function occurrencesIn(spell: number, device: Device): Occurrence[] {
  return device.kind.conditions.flatMap((condition) => {
    const chance = stream(condition.code, device.standing.chance);
    if (draw(chance, 3 * spell) > (condition.aYear * SPELL_MS) / YEAR_MS) return [];
    const [least, most] = condition.lastsMs;
    const lastsMs = Math.round(least + (most - least) * draw(chance, 3 * spell + 1));
    const from = Math.round(spell * SPELL_MS + (SPELL_MS - lastsMs) * draw(chance, 3 * spell + 2));
    return [{ device, condition, from, to: from + lastsMs }];
  });
}
