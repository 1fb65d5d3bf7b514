import type { DeviceId } from '#estate/ids.ts';
import { nextTurn } from '#estate/next-turn.ts';
import type { Reading } from '#estate/sample.ts';
import { DAY, MINUTE, type Millis } from '#estate/units.ts';
import { boundsOf } from '../engines/bounds.ts';
import type { Counter, Retention, SeriesQuery, SeriesResult, Upkeep } from '../series.ts';
import { fold } from './fold.ts';
import { isOfCounter, joined, partOf, widened, type Part } from './parts.ts';
import { FOR_EVER, planOf, type Horizon, type Span } from './plan.ts';
import type { PartsAsked, Shelf } from './shelf.ts';
import { GAP_MS, WIDTH, beginOf, type Rollup, type Tier } from './tiers.ts';
import type { Touch, Touched } from './touched.ts';

/** A step is rolled up once it has been over for so long: then the readings of its end are there too. */
const SETTLED_MS = MINUTE;
/** What a device's clock may be ahead and still be kept. */
const MOST_AHEAD_MS = 7 * DAY;
/** Steps of devices that are rolled up at once. */
const BATCH: Readonly<Record<Tier, number>> = { quarter: 2_000, day: 100 };

/** Readings that are held while they are rolled up: of many devices that measure seldom, or of a few that do often. */
const READINGS_AT_ONCE = 5_000;
const FIRST_DEVICES = 20;

/** Roll-ups that are gathered before they are kept: a file takes many in a go at less cost. */
const KEPT_AT_ONCE = 130_000;

export interface RollupOptions {
  counters?: readonly Counter[] | undefined;
  keep?: Retention | undefined;
}

export type Rollups = ReturnType<typeof createRollups>;

/** Roll-ups over any engine: the same code makes them of its raw points, and answers from them. */
export function createRollups(shelf: Shelf, touched: Touched, { counters = [], keep }: RollupOptions) {
  const perHour = new Map<string, number>();
  const learn = (more: readonly Counter[]) => {
    for (const counter of more) perHour.set(`${counter.type}/${counter.metric}`, counter.perHour);
  };
  learn(counters);
  let horizon = FOR_EVER;
  let newest = Infinity;
  const answer = createAnswer(shelf, touched, perHour);

  const rollUp = createRollUp(shelf, touched, perHour);

  return {
    learn,
    horizon: () => horizon,
    /** Why a reading cannot be taken any more, or not yet; null: it can. */
    refusal: (ts: Millis): string | null => {
      if (ts < horizon.raw) return 'It is older than the raw points that are kept.';
      return ts > newest ? 'It is more than a week ahead of the time; the clock of the device is wrong.' : null;
    },
    async query(query: SeriesQuery & { step: number }): Promise<SeriesResult[]> {
      const { from, to, limit, step, aggregate } = boundsOf(query);
      const { metric } = query;
      const asked = { site: query.site, devices: [...new Set(query.devices)], metric: query.metric, aggregate };
      const parts: Part[] = [];
      for (const span of planOf({ from, to, step: step ?? query.step }, horizon)) {
        for (const part of await answer(span, asked, step ?? query.step)) parts.push(part);
      }
      return joined(parts, { step: step ?? query.step, aggregate })
        .toSorted((a, b) => (a.device < b.device ? -1 : 1))
        .map(({ device, points }) => ({
          device,
          metric,
          points: points.length > limit ? points.slice(0, limit) : points,
        }));
    },
    /** Rolls up what was touched and is over, then drops what is no longer kept. */
    async upkeep(now: Millis): Promise<Upkeep> {
      newest = now + MOST_AHEAD_MS;
      const quarters = await rollUp('quarter', now);
      const days = await rollUp('day', now);
      // As much work as was done just now, at most.
      if (quarters + days > 0 && quarters + days >= touched.size()) await shelf.renote(() => touched.all());
      horizon = keep ? horizonOf(keep, now) : FOR_EVER;
      await shelf.drop(horizon);
      return { quarters, days };
    },
  };
}

/** Rolls up the steps of a tier that were touched and are over; answers how many. */
function createRollUp(shelf: Shelf, touched: Touched, perHour: PerHour) {
  return async function rollUp(tier: Tier, now: Millis): Promise<number> {
    const taken = await shelf.between(() => touched.take(tier, now - SETTLED_MS));
    let done = 0;
    try {
      let made: Rollup[] = [];
      for (const batch of batchesOf(taken, tier)) {
        const ofBatch = tier === 'quarter' ? await ofReadings(shelf, batch, perHour) : await ofQuarters(shelf, batch);
        made = made.concat(ofBatch);
        done += batch.length;
        if (made.length < KEPT_AT_ONCE && done < taken.length) continue;
        await shelf.keep(tier, made);
        made = [];
      }
    } catch (error) {
      // All of them: which were done does not matter, as doing one again changes nothing.
      touched.add(taken);
      throw error;
    }
    return done;
  };
}

/** What is kept at an instant: whole days. */
export function horizonOf({ rawMs, quarterMs, dayMs }: Retention, now: Millis): Horizon {
  const oldest = (keptMs: number) => beginOf(Math.max(0, now - keptMs), DAY);
  return { raw: oldest(rawMs), quarter: oldest(quarterMs), day: oldest(dayMs) };
}

type PerHour = ReadonlyMap<string, number>;
type Asked = Omit<PartsAsked, 'from' | 'to'>;

/** Answers a span: from roll-ups, but for the steps that were touched since, which are made anew of finer ones. */
function createAnswer(shelf: Shelf, touched: Touched, perHour: PerHour) {
  const ofRaw = async (asked: PartsAsked, width: number): Promise<Part[]> => {
    if (!isOfCounter(asked.aggregate)) return shelf.rawParts(asked, width);
    const { from, to, metric, aggregate } = asked;
    const around = { site: asked.site, devices: asked.devices, metrics: [metric] };
    const readings = await shelf.rows({ ...around, from: Math.max(0, from - GAP_MS), to: to + GAP_MS });
    return byDevice(readings).flatMap((own) => {
      const [{ device, type } = { device: '', type: '' }] = own;
      const most = perHour.get(`${type}/${metric}`);
      if (most === undefined) return [];
      const folded = fold(own, metric, { from, to, width, perHour: most });
      return folded.map((step) => partOf(device, step, aggregate)).filter((part) => part !== null);
    });
  };
  return async function answer(span: Span, asked: Asked, step: number): Promise<Part[]> {
    const { tier, from, to } = span;
    if (tier === 'raw') return ofRaw({ ...asked, from, to }, step);
    const stale = touched.among(tier, { ...asked, from, to });
    const kept = await shelf.keptParts(tier, { ...asked, from, to });
    if (stale.length === 0) return kept;
    const isStale = new Set(stale.map(({ device, at }) => `${device}\n${at}`));
    const anew: Part[] = [];
    for (const run of runsOf(stale, tier)) {
      const finer = { ...asked, devices: run.devices };
      const within = { from: run.from, to: run.to };
      const parts =
        tier === 'quarter'
          ? await ofRaw({ ...finer, ...within }, WIDTH.quarter)
          : await answer({ tier: 'quarter', ...within }, finer, WIDTH.quarter);
      for (const part of parts) if (isStale.has(`${part[0]}\n${beginOf(part[1], WIDTH[tier])}`)) anew.push(part);
    }
    return [...kept.filter(([device, at]) => !isStale.has(`${device}\n${at}`)), ...anew];
  };
}

/** So many steps that need not be made anew are better read too than asked around. */
const LEAST_HOLE = 4;

/** Touched steps as stretches without a great hole, each with the devices that have one in it. */
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

/** Parcels of one type of device within one day. */
function batchesOf(touches: readonly Touch[], tier: Tier): Touch[][] {
  const parcels = Map.groupBy(touches, ({ type, at }) => `${type}\n${beginOf(at, DAY)}`);
  return [...parcels.values()].flatMap((parcel) => {
    const batches: Touch[][] = [];
    for (let start = 0; start < parcel.length; start += BATCH[tier])
      batches.push(parcel.slice(start, start + BATCH[tier]));
    return batches;
  });
}

function stretchOf(batch: readonly Touch[], tier: Tier) {
  const from = batch.reduce((least, { at }) => Math.min(least, at), Infinity);
  const to = batch.reduce((most, { at }) => Math.max(most, at), 0) + WIDTH[tier];
  return { type: batch[0]?.type ?? '', devices: [...new Set(batch.map(({ device }) => device))], from, to };
}

const nameOf = ({ site, device, at }: { site: string; device: string; at: Millis }) => `${site}\n${device}\n${at}`;

async function ofReadings(shelf: Shelf, batch: readonly Touch[], perHour: PerHour): Promise<Rollup[]> {
  const { type, devices, from, to } = stretchOf(batch, 'quarter');
  const wanted = new Set(batch.map(nameOf));
  const rollUp = (own: readonly Reading[]): Rollup[] => {
    const [{ site, device } = { site: '', device: '' }] = own;
    return metricsOf(own).flatMap((metric) => {
      const plan = { from, to, width: WIDTH.quarter, perHour: perHour.get(`${type}/${metric}`) ?? null };
      return fold(own, metric, plan)
        .filter(({ at, count }) => count > 0 && wanted.has(nameOf({ site, device, at })))
        .map((step) => ({ ...step, site, device, type, metric }));
    });
  };
  const rollups: Rollup[] = [];
  const left = [...devices];
  for (let atOnce = FIRST_DEVICES; left.length > 0;) {
    const some = left.splice(0, atOnce);
    const readings = await shelf.rows({ type, devices: some, from: Math.max(0, from - GAP_MS), to: to + GAP_MS });
    for (const own of byDevice(readings)) {
      rollups.push(...rollUp(own));
      // A few milliseconds, after which others have their turn.
      await nextTurn();
    }
    atOnce = Math.max(1, Math.floor((READINGS_AT_ONCE * some.length) / Math.max(1, readings.length)));
  }
  return rollups;
}

function metricsOf(readings: readonly Reading[]): string[] {
  const metrics = new Set<string>();
  for (const { values } of readings) for (const metric in values) metrics.add(metric);
  return [...metrics];
}

async function ofQuarters(shelf: Shelf, batch: readonly Touch[]): Promise<Rollup[]> {
  const { type, devices, from, to } = stretchOf(batch, 'day');
  const wanted = new Set(batch.map(nameOf));
  const quarters = await shelf.kept('quarter', { type, devices, from, to });
  const series = Map.groupBy(quarters, ({ site, device, metric }) => `${site}\n${device}\n${metric}`);
  return [...series.values()].flatMap((own) => {
    const [{ site, device, metric } = { site: '', device: '', metric: '' }] = own;
    return widened(own, WIDTH.day)
      .filter(({ at }) => wanted.has(nameOf({ site, device, at })))
      .map((step) => ({ ...step, site, device, type, metric }));
  });
}

function byDevice(readings: readonly Reading[]): Reading[][] {
  return [...Map.groupBy(readings, ({ type, site, device }) => `${type}\n${site}\n${device}`).values()];
}
