import type { DeviceId } from '#estate/ids.ts';
import { nextTurn } from '#estate/next-turn.ts';
import type { Millis } from '#estate/units.ts';
import type { Counters } from './counters.ts';
import { byDevice, createFolding, type Folding } from './fold.ts';
import { pagesOf } from './pages.ts';
import { isOfCounter, partOf, placeOf, type Part, type Place } from './parts.ts';
import type { Span } from './plan.ts';
import type { PartsAsked, Shelf } from './shelf.ts';
import { WIDTH, beginOf, type Tier } from './tiers.ts';
import type { Touch, Touched } from './touched.ts';

export interface AnswerDeps {
  shelf: Pick<Shelf, 'rows' | 'rawParts' | 'keptParts'>;
  touched: Pick<Touched, 'among'>;
  counters: Counters;
}

/** Devices whose readings are asked for at once. */
const DEVICES_AT_ONCE = 200;

/** Answers a span: from roll-ups, but for the steps that are out of date, which are made anew of finer ones. */
export function createAnswer({ shelf, touched, counters }: AnswerDeps) {
  const ofRaw = async (asked: PartsAsked, width: number): Promise<Part[]> => {
    const { from, aggregate } = asked;
    const parts = isOfCounter(aggregate)
      ? await ofCounter({ shelf, counters }, asked, width)
      : await shelf.rawParts(asked, width);
    // Of a step that is cut in two, what comes after the cut begins there.
    return parts.map((part) => (part[1] < from ? [part[0], from, part[2], part[3]] : part));
  };
  return async function answer(span: Span, asked: Omit<PartsAsked, 'from' | 'to'>, step: number): Promise<Part[]> {
    const { tier, from, to } = span;
    if (tier === 'raw') return ofRaw({ ...asked, from, to }, step);
    const stale = touched.among(tier, { ...asked, from, to });
    const kept = await shelf.keptParts(tier, { ...asked, from, to });
    if (stale.length === 0) return kept;
    const isStale = new Set(stale.map((touch) => stepOf(placeOf(touch), touch.at)));
    const anew: Part[] = [];
    for (const run of runsOf(stale, tier)) {
      const finer = { ...asked, devices: run.devices };
      const within = { from: run.from, to: run.to };
      const parts =
        tier === 'quarter'
          ? await ofRaw({ ...finer, ...within }, WIDTH.quarter)
          : await answer({ tier: 'quarter', ...within }, finer, WIDTH.quarter);
      for (const part of parts) if (isStale.has(stepOf(part[0], beginOf(part[1], WIDTH[tier])))) anew.push(part);
    }
    return [...kept.filter(([place, at]) => !isStale.has(stepOf(place, at))), ...anew];
  };
}

const stepOf = (place: Place, at: Millis) => `${place}\n${at}`;

/** What a counter comes to is made of neighbouring readings, page by page: the steps alone are held. */
async function ofCounter(
  { shelf, counters }: Pick<AnswerDeps, 'shelf' | 'counters'>,
  { metric, aggregate, devices, from, to, ...asked }: PartsAsked,
  width: number,
): Promise<Part[]> {
  const gapMs = counters.gapOf(metric);
  const around = { ...asked, metrics: [metric], from: Math.max(0, from - gapMs), to: to + gapMs };
  const parts: Part[] = [];
  for (let start = 0; gapMs > 0 && start < devices.length; start += DEVICES_AT_ONCE) {
    const some = { ...around, devices: devices.slice(start, start + DEVICES_AT_ONCE) };
    const foldings = new Map<string, Folding & { place: Place }>();
    for await (const page of pagesOf((query) => shelf.rows(query), some)) {
      for (const [name, own] of byDevice(page)) {
        const [first] = own;
        const counter = first && counters.find(first.type, metric);
        if (!counter) continue;
        const folding = foldings.get(name) ?? {
          place: placeOf(first),
          ...createFolding(metric, { from, to, width, counter }),
        };
        foldings.set(name, folding);
        for (const reading of own) folding.add(reading);
      }
      // A few milliseconds, after which others have their turn.
      await nextTurn();
    }
    for (const { place, steps } of foldings.values()) {
      for (const step of steps()) {
        const part = partOf(place, step, aggregate);
        if (part) parts.push(part);
      }
    }
  }
  return parts;
}

/** So many steps that need not be made anew are better read too than asked around. */
const LEAST_HOLE = 4;

/** Steps as stretches without a great hole, each with the devices that have one in it. */
function runsOf(stale: readonly Touch[], tier: Tier): { from: Millis; to: Millis; devices: DeviceId[] }[] {
  const runs: { from: Millis; to: Millis; devices: Set<DeviceId> }[] = [];
  for (const { at, device } of stale.toSorted((a, b) => a.at - b.at)) {
    const run = runs.at(-1);
    if (run && at <= run.to + LEAST_HOLE * WIDTH[tier]) {
      run.to = at + WIDTH[tier];
      run.devices.add(device);
    } else runs.push({ from: at, to: at + WIDTH[tier], devices: new Set([device]) });
  }
  return runs.map(({ devices, ...run }) => ({ ...run, devices: [...devices] }));
}
