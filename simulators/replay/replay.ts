import { open } from 'node:fs/promises';
import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { Millis } from '#estate/units.ts';
import { readMessage } from '../ocpp-frame.ts';
import { createSlots } from '../slots.ts';
import type { Target } from '../target.ts';
import { replayCharger, type ChargerRole } from './charger-replay.ts';
import { compareSessions, type SessionComparison } from './compare-sessions.ts';
import { createFindings, type Asked, type Findings } from './findings.ts';
import { createIdentities } from './identities.ts';
import type { NodeRole } from './node-answers.ts';
import { replayNode } from './node-replay.ts';
import type { Role, Stage } from './peer-play.ts';
import { provisionTrace } from './provision-trace.ts';
import { createReadAhead } from './read-ahead.ts';
import { createTimeShift } from './time-shift.ts';
import { readLine } from './trace.ts';
import type { Place, TraceIndex } from './trace-index.ts';

export interface ReplayReport {
  chargers: number;
  nodes: number;
  findings: Findings;
  /** What the platform asked of the field, where that is not what the recorded one did. */
  asked: Asked[];
  sessions: SessionComparison;
  /** Chargers and nodes that were not played: the trace does not say what they are. */
  unknown: string[];
  /** It was told to end before all was played; sessions were not compared. */
  endedEarly: boolean;
}

export interface ReplayOptions {
  /** How much faster than recorded; null: as fast as the platform answers. */
  speed: number | null;
  /** New names by recorded ones, and what is put before all others. */
  renamed?: ReadonlyMap<string, string>;
  prefix?: string;
  /** Moves all times so that the trace begins now. */
  shiftToNow?: boolean;
  /** The one charger or node to play; absent: all. */
  only?: string | undefined;
  ground: Ground;
  /** Aborted: it ends early. */
  signal?: AbortSignal;
}

const HANDSHAKES_AT_ONCE = 100;
const SECRET_LENGTH = 40;
const addresses = z.object({ ocppUrl: z.string(), mqttUrl: z.string() });

/**
 * Registers the recorded estate with a platform, plays into it what each charger and MQTT node said, and compares the
 * answers, and the sessions that come of it, with the recorded ones.
 *
 * @throws PolisError `invalid` when a name is none of the trace's; `unavailable` when nothing answers; else as the
 *   target does.
 */
export async function replayTrace(index: TraceIndex, target: Target, options: ReplayOptions): Promise<ReplayReport> {
  const { ground, only } = options;
  if (only !== undefined && !index.peers.has(only))
    throw new PolisError('invalid', `--only ${only}: nothing in the trace is of a charger or gateway of this name.`);
  const identities = createIdentities(index, options);
  const shift = createTimeShift(options.shiftToNow && index.firstAt !== null ? ground.clock.now() - index.firstAt : 0);
  const urls = await target.get('/v1/info', addresses);
  const { known, unknown } = castOf(index, only);
  const secrets = new Map(known.map((peer) => [peer, ground.random.text(SECRET_LENGTH)]));
  await provisionTrace(index, target, { identities, secrets });

  const failing = new AbortController();
  const signal = AbortSignal.any([failing.signal, ...(options.signal ? [options.signal] : [])]);
  const findings = createFindings();
  const stage: Stage = {
    clock: ground.clock,
    slots: createSlots(HANDSHAKES_AT_ONCE),
    findings,
    identities,
    shift,
    pace: paceOf(index.firstAt ?? 0, options, signal),
    signal,
  };
  await play(index, stage, { urls, secrets, failing });
  const played = (over: 'ocpp' | 'mqtt') => known.filter((peer) => index.peers.get(peer)?.over === over);
  const endedEarly = options.signal?.aborted ?? false;
  const sessions = endedEarly ? [] : index.sessions.filter(({ charger }) => secrets.has(charger));
  return {
    chargers: played('ocpp').length,
    nodes: played('mqtt').length,
    findings,
    asked: known.flatMap((peer) => askedOf(index, peer, findings)),
    sessions: await compareSessions(sessions, target, { identities, shift }),
    unknown,
    endedEarly,
  };
}

/** Whom to play, and whom the estate of the trace does not know. */
function castOf({ peers, estate }: TraceIndex, only: string | undefined): { known: string[]; unknown: string[] } {
  const names = new Set([...estate.chargers.keys(), ...[...estate.devices.values()].map(({ id }) => id)]);
  const wanted = [...peers.keys()].filter((peer) => only === undefined || peer === only);
  return { known: wanted.filter((peer) => names.has(peer)), unknown: wanted.filter((peer) => !names.has(peer)) };
}

function paceOf(
  firstAt: Millis,
  { speed, ground: { clock } }: ReplayOptions,
  signal: AbortSignal,
): (recordedAt: Millis) => Promise<void> {
  if (speed === null) return () => Promise.resolve();
  const beganMs = clock.now();
  return (recordedAt) => clock.sleep(Math.max(0, beganMs + (recordedAt - firstAt) / speed - clock.now()), signal);
}

async function play(
  index: TraceIndex,
  stage: Stage,
  cast: {
    urls: z.infer<typeof addresses>;
    secrets: ReadonlyMap<string, string>;
    failing: AbortController;
  },
): Promise<void> {
  const { urls, secrets, failing } = cast;
  await using file = await open(index.file);
  const readAhead = createReadAhead(index.file, secrets.keys());
  const lineAt = async ({ number, offset, length }: Place) => {
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
    return readLine(buffer.toString(), number);
  };
  const replayPeer = async (peer: string, secret: string) => {
    const known = index.peers.get(peer);
    if (!known) return;
    const role: Role = { peer, identity: stage.identities.of(peer), url: urls.mqttUrl, secret, index: known };
    const answerTo = async (call: string, nth: number) => {
      const places = known.answers.get(call) ?? [];
      const place = places[nth] ?? places.at(-1);
      const line = place ? await lineAt(place) : null;
      return place && line ? { ...place, line } : null;
    };
    if (known.over === 'mqtt') {
      const recordedAnswer: NodeRole['recordedAnswer'] = async (topic, nth) => {
        const found = await answerTo(topic, nth);
        return found?.line.kind === 'packet' ? { ...found, line: found.line } : null;
      };
      return replayNode(stage, { ...role, recordedAnswer }, readAhead.of(peer));
    }
    const recordedAnswer: ChargerRole['recordedAnswer'] = async (action, nth) => {
      const found = await answerTo(action, nth);
      return found?.line.kind === 'frame' ? readMessage(found.line.frame) : null;
    };
    await replayCharger(stage, { ...role, url: urls.ocppUrl, recordedAnswer }, readAhead.of(peer));
  };
  // When one cannot go on nobody does, but each leaves properly.
  const orFail = (work: Promise<void>) =>
    work.catch((error: unknown) => {
      failing.abort();
      throw error;
    });
  const all = [...secrets].map(([peer, secret]) => orFail(replayPeer(peer, secret)));
  const results = await Promise.allSettled([...all, orFail(readAhead.run())]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

function askedOf({ peers }: TraceIndex, peer: string, findings: Findings): Asked[] {
  const recorded = peers.get(peer)?.asked ?? new Map<string, number>();
  const came = findings.timesAsked(peer);
  return [...new Set([...recorded.keys(), ...came.keys()])]
    .map((call) => ({ peer, call, recorded: recorded.get(call) ?? 0, came: came.get(call) ?? 0 }))
    .filter((one) => one.recorded !== one.came);
}
