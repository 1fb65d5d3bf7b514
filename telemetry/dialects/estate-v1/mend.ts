import type { z } from 'zod';
import { ID_PATTERN } from '#estate/ids.ts';
import { addition, dataPayload, devicePart, historyPoint, MOST_DEVICES, whatIsWrong } from './payloads.ts';

/** A payload without its wrong parts, to be held against its contract again, and what was wrong with them. */
export interface Mended {
  said: unknown;
  reason: string;
  /** Readings that were taken out as a whole; of others only values were. */
  lost: number;
  /** The keys or times of the wrong parts. */
  wrong: string[];
}

/** More of them fit into no message, if each has a time and a value. */
const MOST_POINTS = 12_000;
const MOST_NAMED = 5;
const NAME_LENGTH = 64;

/** What a device measured, without values that are no numbers. Null: nothing of it can be used. */
export function mendData(said: unknown): Mended | null {
  if (!isObject(said)) return null;
  const { kept, flaw } = judge(dataPayload, said, { in: said['v'], with: (v) => ({ ...said, v }) });
  return kept === null || flaw === null ? null : { said: kept, reason: flaw, lost: 0, wrong: [] };
}

/** What a whole site measured, without devices whose part is wrong. Null: it is not by device, or has too many. */
export function mendSiteData(said: unknown): Mended | null {
  if (!isObject(said) || !isObject(said['d'])) return null;
  const devices = Object.entries(said['d']);
  if (devices.length > MOST_DEVICES) return null;
  const parts = devices.map(([device, part]) => {
    if (!ID_PATTERN.test(device)) return { name: device, kept: null, flaw: 'no id of a device' };
    const fields = isObject(part) ? part : {};
    return { name: device, ...judge(devicePart, part, { in: fields['v'], with: (v) => ({ ...fields, v }) }) };
  });
  const d = Object.fromEntries(parts.flatMap(({ name, kept }) => (kept === null ? [] : [[name, kept]])));
  return summed({ ...said, d }, parts, 'devices');
}

/** What a device kept, without points that are wrong. Null: it is no list of points. */
export function mendHistory(said: unknown): Mended | null {
  if (!isObject(said) || !Array.isArray(said['s']) || said['s'].length > MOST_POINTS) return null;
  const parts = listOf(said['s']).map((point) => {
    const [at, v] = listOf(point);
    return { name: nameOf(at), ...judge(historyPoint, point, { in: v, with: (rest) => [at, rest] }) };
  });
  return summed({ s: parts.flatMap(({ kept }) => (kept === null ? [] : [kept])) }, parts, 'points');
}

/** A device's answer without what is too much of what it adds: its command is to have an outcome. Null: it is not that. */
export function mendAck(said: unknown): Mended | null {
  if (!isObject(said)) return null;
  const flaws = new Map<string, string>();
  for (const name of ['v', 'err']) {
    const { error } = addition.safeParse(said[name]);
    if (error) flaws.set(name, whatIsWrong(error));
  }
  if (flaws.size === 0) return null;
  const rest = Object.entries(said).filter(([name]) => !flaws.has(name));
  const reason = [...flaws].map(([name, flaw]) => `${name} ${flaw}`).join('; ');
  return { said: Object.fromEntries(rest), reason, lost: 0, wrong: [...flaws.keys()] };
}

interface Judged {
  /** The part, or what is left of it; null: nothing. */
  kept: unknown;
  flaw: string | null;
}

/** Where the values of a part are, and the part with others in their place. */
interface Values {
  in: unknown;
  with(others: object): unknown;
}

/** Holds a part against its contract, and if it fails, once more without those of its values that are no numbers. */
function judge(schema: z.ZodType, part: unknown, values: Values): Judged {
  const read = schema.safeParse(part);
  if (read.success) return { kept: part, flaw: null };
  const all = isObject(values.in) ? Object.entries(values.in) : [];
  const others = all.filter(([, value]) => !Number.isFinite(value)).map(([metric]) => metric);
  const rest = values.with(Object.fromEntries(all.filter(([, value]) => Number.isFinite(value))));
  const isOfUse = others.length > 0 && others.length < all.length && schema.safeParse(rest).success;
  if (isOfUse) return { kept: rest, flaw: `no finite number: ${listed(others)}` };
  return { kept: null, flaw: whatIsWrong(read.error) };
}

function summed(said: object, parts: readonly (Judged & { name: string })[], what: string): Mended {
  const wrong = parts.filter(({ flaw }) => flaw !== null);
  const byFlaw = Map.groupBy(wrong, ({ flaw }) => flaw);
  const flaws = [...byFlaw].map(([flaw, of]) => `${listed(of.map(({ name }) => name))}: ${flaw}`);
  return {
    said,
    reason: `${wrong.length} of ${parts.length} ${what} are not what was agreed: ${flaws.join('; ')}`,
    lost: wrong.filter(({ kept }) => kept === null).length,
    wrong: wrong.map(({ name }) => name),
  };
}

function listed(names: readonly string[]): string {
  const some = names.slice(0, MOST_NAMED).map((name) => name.slice(0, NAME_LENGTH));
  return names.length > MOST_NAMED ? `${some.join(', ')} and ${names.length - MOST_NAMED} more` : some.join(', ');
}

/** As JSON it may be anything. */
function nameOf(at: unknown): string {
  return typeof at === 'number' || typeof at === 'string' ? String(at) : 'a point without a time';
}

function listOf(input: unknown): unknown[] {
  return Array.isArray(input) ? input : [];
}

function isObject(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}
