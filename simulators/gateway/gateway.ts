import type { Ground } from '#estate/ground.ts';
import { type Millis, MINUTE, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import type { Slots } from '../slots.ts';
import { fieldDeviceId, type SitePlan } from '../estate/plan.ts';
import type { SiteField } from '../site.ts';
import { birthOf, SET_POINT } from './births.ts';
import { byDevice, createBacklog, type SitePoint } from './backlog.ts';
import { createWire, type Wire } from './wire.ts';

/** The one MQTT node of a site: it reads the site's devices, tells what they show, and hands them their commands. */
export interface Gateway {
  isOnline(): boolean;
  start(): void;
  stop(): Promise<void>;
  /** Cuts the wire without a word; it comes back after the delay. */
  cut(delayMs: number): void;
  /** Reads the devices when it is time, sends or keeps what they show. */
  tick(now: Millis): void;
  /** Keeps a reading of past time, to be sent as history. */
  remember(now: Millis): void;
  /** Readings that wait to be sent. */
  readonly backlog: number;
}

export interface GatewayOptions {
  site: SitePlan;
  url: string;
  secret: string;
  /** The first levels of every topic. */
  root: string;
  hostId: string;
  periodMs: number;
  /** Power of the site's cars on each of its phases, W. */
  chargingW: (now: Millis) => readonly [number, number, number];
}

interface Parts {
  ground: Ground;
  field: SiteField;
  options: GatewayOptions;
  node: string;
  wire: Wire;
  backlog: ReturnType<typeof createBacklog>;
  session: number;
  seq: number;
  hostOnline: boolean;
  flushing: boolean;
}

/** Readings of all devices that a gateway keeps while it cannot send, and that it sends at once when it can again. */
const BACKLOG_BOUND = 3000;
const HISTORY_CHUNK = 100;

const command = z.object({
  id: z.string().min(1),
  exp: z.number().optional(),
  set: z.record(z.string(), z.number()),
  revert: z.number().positive().optional(),
});
const presence = z.object({ online: z.boolean() });

export function createGateway(
  deps: { ground: Ground; slots: Slots; field: SiteField },
  options: GatewayOptions,
): Gateway {
  const { ground, field } = deps;
  const node = fieldDeviceId(options.site.id, 'gateway');
  const wire = createWire(
    deps,
    { url: options.url, id: node, secret: options.secret },
    {
      will() {
        parts.session = ground.clock.now();
        return stateOf(parts, false);
      },
      opened: () => opened(parts),
      received: (topic, payload) => received(parts, topic, payload),
    },
  );
  const backlog = createBacklog(BACKLOG_BOUND);
  const parts: Parts = {
    ground,
    field,
    options,
    node,
    wire,
    backlog,
    session: 0,
    seq: 0,
    hostOnline: true,
    flushing: false,
  };
  let dueAt = 0;
  return {
    isOnline: () => wire.isOpen(),
    start: () => wire.start(),
    stop: () => wire.stop(stateOf(parts, false)),
    cut: (delayMs) => wire.cut(delayMs),
    tick(now) {
      wire.tick(now);
      if (now < dueAt) return;
      dueAt = now + options.periodMs;
      void send(parts, { at: now, readings: field.read(now, options.chargingW(now)) });
      void flush(parts);
    },
    remember: (now) => backlog.keep({ at: now, readings: field.read(now, options.chargingW(now)) }),
    get backlog() {
      return backlog.size;
    },
  };
}

function topicOf({ options, node }: Parts, kind: string, device?: string): string {
  return [options.root, options.site.id, kind, node, ...(device === undefined ? [] : [device])].join('/');
}

function stateOf(parts: Parts, online: boolean) {
  const payload = { online, ts: parts.ground.clock.now(), bd: parts.session, sw: 'polisgrid-simulator' };
  return { topic: topicOf(parts, 'state'), payload, retain: true };
}

function opened(parts: Parts): void {
  const { wire, options } = parts;
  parts.hostOnline = true;
  wire.subscribe([`${topicOf(parts, 'cmd')}/#`, `${options.root}/host/${options.hostId}`]);
  void wire.publish(stateOf(parts, true));
  announce(parts);
  void flush(parts);
}

function announce(parts: Parts): void {
  const { wire, options, ground } = parts;
  for (const device of options.site.devices.filter(({ type }) => type !== 'gateway')) {
    const payload = birthOf(device, { ts: ground.clock.now(), periodS: options.periodMs / SECOND });
    void wire.publish({ topic: topicOf(parts, 'birth', device.id), payload, retain: true });
  }
}

async function send(parts: Parts, point: SitePoint): Promise<void> {
  const { wire, backlog } = parts;
  if (!wire.isOpen() || !parts.hostOnline) return backlog.keep(point);
  parts.seq = (parts.seq + 1) % 256;
  const d = Object.fromEntries(Object.entries(point.readings).map(([device, v]) => [device, { v }]));
  const payload = { ts: point.at, seq: parts.seq, d };
  if (!(await wire.publish({ topic: topicOf(parts, 'data'), payload }))) backlog.keep(point);
}

/** Sends the backlog, oldest first, a piece at a time. */
async function flush(parts: Parts): Promise<void> {
  if (parts.flushing) return;
  parts.flushing = true;
  while (parts.backlog.size > 0 && parts.wire.isOpen() && parts.hostOnline) {
    const points = parts.backlog.take(HISTORY_CHUNK);
    if (await sendHistory(parts, points)) continue;
    parts.backlog.putBack(points);
    break;
  }
  parts.flushing = false;
}

async function sendHistory(parts: Parts, points: SitePoint[]): Promise<boolean> {
  const histories = [...byDevice(points)];
  const sent = await Promise.all(
    histories.map(([device, s]) => parts.wire.publish({ topic: topicOf(parts, 'hist', device), payload: { s } })),
  );
  return sent.every(Boolean);
}

function received(parts: Parts, topic: string, payload: Uint8Array): void {
  const { options, ground } = parts;
  const said = parseJson(payload);
  if (topic === `${options.root}/host/${options.hostId}`) {
    parts.hostOnline = presence.safeParse(said).data?.online ?? true;
    return void flush(parts);
  }
  const given = command.safeParse(said);
  const device = options.site.devices.find((each) => topic === topicOf(parts, 'cmd', each.id));
  if (!given.success || !device) return ground.log.warn({ topic }, 'A gateway was sent a command that it cannot read.');
  const answer = { id: given.data.id, ts: ground.clock.now(), ...obey(parts, device, given.data) };
  void parts.wire.publish({ topic: topicOf(parts, 'ack', device.id), payload: answer });
}

function obey(parts: Parts, device: SitePlan['devices'][number], given: z.infer<typeof command>) {
  const { field, ground } = parts;
  const now = ground.clock.now();
  // A minute of grace: the clocks of two machines are never quite the same.
  if (given.exp !== undefined && given.exp + MINUTE < now) return { st: 'expired' };
  if (device.type === 'gateway' && 'rebirth' in given.set) {
    announce(parts);
    return { st: 'done' };
  }
  const foreign = Object.keys(given.set).find((metric) => metric !== SET_POINT[device.type]);
  if (foreign !== undefined) return { st: 'rejected', err: { message: `${device.id} has no set point ${foreign}.` } };
  for (const [metric, value] of Object.entries(given.set)) {
    const wrong = field.set(metric, value, { now, revertS: given.revert });
    if (wrong !== null) return { st: 'rejected', err: { message: wrong } };
  }
  return { st: 'done', v: given.set };
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString());
  } catch {
    return null;
  }
}
