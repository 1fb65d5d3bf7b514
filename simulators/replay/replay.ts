import { z } from 'zod';
import type { Ground } from '#estate/ground.ts';
import type { Millis } from '#estate/units.ts';
import { inParallel } from '../in-parallel.ts';
import type { Target } from '../target.ts';
import { replayCharger, type ChargerReplay } from './charger-replay.ts';
import { traced, type Trace, type TraceSession } from './trace.ts';

export interface ReplayReport {
  chargers: number;
  sent: number;
  newErrors: string[];
  /** Sessions that had ended when they were recorded, and those of them that the target does not have alike. */
  sessions: number;
  differences: string[];
}

export interface ReplayOptions {
  /** How much faster than recorded; null: as fast as the platform answers. */
  speed: number | null;
  ground: Ground;
}

const CHARGERS_AT_ONCE = 50;
const SECRET_LENGTH = 40;

/**
 * Registers the recorded estate with a platform, plays every charger's messages into it, and compares the sessions that
 * come of it with the recorded ones.
 */
export async function replayTrace(trace: Trace, target: Target, options: ReplayOptions): Promise<ReplayReport> {
  const { random } = options.ground;
  const { ocppUrl } = await target.get('/v1/info', z.object({ ocppUrl: z.string() }));
  const secrets = new Map(trace.chargers.map(({ id }) => [id, random.text(SECRET_LENGTH)]));
  await provision(trace, target, secrets);

  const pace = createPace(trace, options);
  const results: ChargerReplay[] = [];
  await inParallel(
    [...Map.groupBy(trace.frames, ({ charger }) => charger)],
    options.speed === null ? CHARGERS_AT_ONCE : Number.POSITIVE_INFINITY,
    async ([identity, frames]) => {
      results.push(await replayCharger(frames, { url: ocppUrl, identity, secret: secrets.get(identity) ?? '', pace }));
    },
  );
  const ended = trace.sessions.filter(({ state }) => state === 'ended');
  return {
    chargers: results.length,
    sent: results.reduce((sum, { sent }) => sum + sent, 0),
    newErrors: results.flatMap(({ newErrors }) => newErrors),
    sessions: ended.length,
    differences: await compareSessions(ended, target),
  };
}

async function provision(trace: Trace, target: Target, secrets: Map<string, string>): Promise<void> {
  await target.putAll(
    trace.sites.map(({ id, name, latitude, longitude, gridLimitW, synthetic }) => ({
      path: `/v1/sites/${id}`,
      body: { name, latitude, longitude, gridLimitW, synthetic },
    })),
  );
  await target.putAll([
    ...trace.tokens.map(({ token, status, group, expiresAt }) => ({
      path: `/v1/tokens/${encodeURIComponent(token)}`,
      body: { status, group, expiresAt },
    })),
    ...trace.chargers.map(({ id, site, synthetic }) => ({
      path: `/v1/chargers/${encodeURIComponent(id)}`,
      body: { ...(site === null ? {} : { site }), synthetic, secret: secrets.get(id) },
    })),
  ]);
}

function createPace(trace: Trace, { speed, ground }: ReplayOptions): (recordedAt: Millis) => Promise<void> {
  const first = trace.frames[0];
  if (speed === null || !first) return () => Promise.resolve();
  const beganMs = ground.clock.now();
  const recordedMs = Date.parse(first.at);
  return (at) => ground.clock.sleep(Math.max(0, beganMs + (at - recordedMs) / speed - ground.clock.now()));
}

async function compareSessions(recorded: readonly TraceSession[], target: Target): Promise<string[]> {
  const found = new Map<string, number>();
  for await (const session of target.all('/v1/sessions', traced.session)) {
    const key = JSON.stringify(session);
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  return recorded.flatMap((session) => {
    const key = JSON.stringify(traced.session.parse(session));
    const left = found.get(key) ?? 0;
    found.set(key, left - 1);
    return left > 0 ? [] : [`missing or different: ${key}`];
  });
}
