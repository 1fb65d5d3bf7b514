import { setTimeout as wait } from 'node:timers/promises';
import { generate } from 'mqtt-packet';
import { DAY, SECOND, type Millis } from '#estate/units.ts';
import type { DevicePlan, SitePlan } from '#simulators/estate/plan.ts';
import { byDevice, type SitePoint } from '#simulators/gateway/backlog.ts';
import { birthOf } from '#simulators/gateway/births.ts';
import { createSiteField } from '#simulators/site/field.ts';
import { openLink, type Link } from '../../bench/telemetry/load/link.ts';

/**
 * What a gateway does beside measuring: it loses its line for a while, sends messages twice, sends wrong ones, or has a
 * device of a type that nobody knows.
 */
export type Manner = 'steady' | 'loses-its-line' | 'repeats' | 'errs' | 'has-a-stranger';

export const STRANGER = 'acme-robot';

export interface SiteLoadOptions {
  plan: SitePlan;
  manner: Manner;
  seed: string;
  port: number;
  secret: string;
  /** When its hour begins. */
  from: Millis;
  periodMs: number;
}

/** What was sent by a gateway, in readings: a device at one time. A wrong message has one reading of no use, and maybe a right one. */
export interface Tally {
  messages: number;
  /** With PUBACK. */
  acknowledged: { messages: number; readings: number };
  /** Of those: what was sent before, as live messages and in all readings; and what is wrong. */
  repeated: { live: number; readings: number };
  wrong: number;
  /** Values, repeated ones too. */
  points: number;
  /** By device, each once: what the series store must hold. */
  readings: Record<string, number>;
}

/** A site's gateway as packets, so that a process can be hundreds of them. */
export interface SiteLoad {
  connect(): Promise<void>;
  /** Reads the devices; sends what they show, or keeps it while the line is lost. */
  step(now: Millis): void;
  /** From the next step on, once all was acknowledged. */
  loseLine(): void;
  /** Messages without PUBACK. */
  waiting(): number;
  close(): void;
  readonly tally: Tally;
}

const ROOT = 'estate/v1';
const HISTORY_CHUNK = 100;
const PACKET_IDS = 0xffff;
/** Messages between one that is repeated or wrong and the next. */
const EVERY = 5;
const NO_CARS = { powerW: [0, 0, 0], energyWh: 0 } as const;

export function createSiteLoad({ plan, manner, port, secret, from, periodMs, ...options }: SiteLoadOptions): SiteLoad {
  const node = `${plan.id}-gw`;
  const field = createSiteField(plan, { seed: `${options.seed}/${plan.id}`, now: from });
  const tally = emptyTally();
  /** Readings of messages that have no PUBACK yet: they come in order. */
  const underWay: number[] = [];
  const kept: SitePoint[] = [];
  let link: Link | null = null;
  let [steps, packets, leaving] = [0, 0, false];
  const stranger = manner === 'has-a-stranger' ? `${plan.id}-${STRANGER}` : null;

  const topicOf = (kind: string, device?: string) => [ROOT, plan.id, kind, node, ...(device ? [device] : [])].join('/');
  const send = (topic: string, payload: object | string, { readings = 0, retain = false, dup = false } = {}) => {
    const messageId = (packets++ % PACKET_IDS) + 1;
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    tally.messages += 1;
    underWay.push(readings);
    link?.send(generate({ cmd: 'publish', topic, payload: text, qos: 1, retain, dup, messageId }));
  };
  const onAcknowledged = (count: number) => {
    tally.acknowledged.messages += count;
    for (const readings of underWay.splice(0, count)) tally.acknowledged.readings += readings;
  };
  const sendPoint = ({ at, readings }: SitePoint, dup = false) => {
    const d = Object.fromEntries(Object.entries(readings).map(([device, v]) => [device, { v }]));
    const count = Object.keys(readings).length;
    send(topicOf('data'), { ts: at, seq: steps % 256, d }, { readings: count, dup });
    tally.points += Object.values(readings).reduce((sum, values) => sum + Object.keys(values).length, 0);
    if (!dup) return Object.keys(readings).forEach((device) => noteOnce(tally, device, 1));
    tally.repeated.live += 1;
    tally.repeated.readings += count;
  };
  const sendHistory = (points: readonly SitePoint[], dup = false) => {
    for (const [device, s] of byDevice(points)) {
      send(topicOf('hist', device), { s }, { readings: s.length, dup });
      tally.points += s.reduce((sum, [, values]) => sum + Object.keys(values).length, 0);
      if (dup) tally.repeated.readings += s.length;
      else noteOnce(tally, device, s.length);
    }
  };
  const err = ({ at, readings }: SitePoint) => {
    const [device] = devicesOf(plan);
    const values = device && readings[device.id];
    if (!values) return;
    const kinds = wrongMessages(device, at);
    const wrong = kinds[tally.wrong++ % (kinds.length + 1)];
    if (wrong) return send(topicOf('data', wrong.device), wrong.payload, { readings: 1 });
    // A history of which one point is right.
    send(
      topicOf('hist', device.id),
      {
        s: [
          [at / SECOND, values],
          [at + 1, values],
        ],
      },
      { readings: 2 },
    );
    tally.points += Object.keys(values).length;
    noteOnce(tally, device.id, 1);
  };

  const load: SiteLoad = {
    tally,
    async connect() {
      // Where PUBACKs are late, the line is lost until now.
      while (link !== null && underWay.length > 0) await wait(1);
      load.close();
      link = await openLink({ port, id: node, secret }, { onAcknowledged });
      leaving = false;
      send(topicOf('state'), { online: true, ts: from, bd: packets }, { retain: true });
      for (const device of devicesOf(plan)) {
        send(topicOf('birth', device.id), birthOf(device, { ts: from, periodMs }), { retain: true });
      }
      const birth = { ts: from, type: STRANGER, metrics: { Speed: { unit: 'm/s' } } };
      if (stranger) send(topicOf('birth', stranger), birth, { retain: true });
      const chunks = Math.ceil(kept.length / HISTORY_CHUNK);
      for (let n = 0; n < chunks; n++) sendHistory(kept.slice(n * HISTORY_CHUNK, (n + 1) * HISTORY_CHUNK));
      // As a gateway does that was cut off before it heard that the last was taken.
      if (chunks > 0) sendHistory(kept.slice((chunks - 1) * HISTORY_CHUNK), true);
      kept.length = 0;
    },
    step(now) {
      const own = field.read(now, NO_CARS);
      const point = { at: now, readings: stranger ? { ...own, [stranger]: { Speed: steps % 3 } } : own };
      if (leaving && underWay.length === 0) load.close();
      if (leaving || link === null) return void kept.push(point);
      steps += 1;
      sendPoint(point);
      if (steps % EVERY !== 0) return;
      if (manner === 'repeats') sendPoint(point, true);
      if (manner === 'errs') err(point);
    },
    loseLine: () => void (leaving = true),
    waiting: () => underWay.length,
    close() {
      link?.close();
      link = null;
    },
  };
  return load;
}

function devicesOf({ devices }: SitePlan): DevicePlan[] {
  return devices.filter(({ type }) => type !== 'gateway');
}

/** One of each way in which a message can be of no use: each has one reading. */
function wrongMessages({ id }: DevicePlan, now: Millis): { device: string; payload: object | string }[] {
  return [
    { device: id, payload: '{"ts":' },
    { device: id, payload: { ts: now, v: { W: 'much' } } },
    { device: 'nobody-knows-it', payload: { ts: now, v: { W: 1 } } },
    { device: id, payload: { ts: now + 30 * DAY, v: { W: 1 } } },
  ];
}

function noteOnce({ readings }: Tally, device: string, count: number): void {
  readings[device] = (readings[device] ?? 0) + count;
}

export function emptyTally(): Tally {
  return {
    messages: 0,
    acknowledged: { messages: 0, readings: 0 },
    repeated: { live: 0, readings: 0 },
    wrong: 0,
    points: 0,
    readings: {},
  };
}

export function added(one: Tally, other: Tally): Tally {
  return {
    messages: one.messages + other.messages,
    acknowledged: {
      messages: one.acknowledged.messages + other.acknowledged.messages,
      readings: one.acknowledged.readings + other.acknowledged.readings,
    },
    repeated: {
      live: one.repeated.live + other.repeated.live,
      readings: one.repeated.readings + other.repeated.readings,
    },
    wrong: one.wrong + other.wrong,
    points: one.points + other.points,
    readings: { ...one.readings, ...other.readings },
  };
}
