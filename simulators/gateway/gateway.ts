import type { Ground } from '#estate/ground.ts';
import { type Millis, MINUTE } from '#estate/units.ts';
import { z } from 'zod';
import { type DevicePlan, fieldDeviceId, type SitePlan } from '../estate/plan.ts';
import type { SiteTruth } from '../run/truth.ts';
import type { DeviceEvent } from '../site/conditions.ts';
import { type SiteField, SLOW_MS } from '../site/field.ts';
import type { Wires } from '../wires.ts';
import { type Backlog, byDevice, createBacklog, type SitePoint } from './backlog.ts';
import { birthOf } from './births.ts';
import { command, obey } from './commands.ts';
import type { GatewayInterference } from './interference.ts';
import { createSiteTruthKeeper, type SiteTruthKeeper } from './truth-keeper.ts';
import { createWire, type Wire } from './wire.ts';

/** The one MQTT node of a site: it reads the site's devices, tells what they show, and hands them their commands. */
export interface Gateway {
  readonly id: string;
  readonly site: string;
  /** Those that it speaks for, itself among them. */
  readonly devices: readonly DevicePlan[];
  isOnline(): boolean;
  start(): void;
  stop(): Promise<void>;
  /** Cuts the wire without a word; it comes back after the delay. */
  cut(delayMs: number): void;
  /** Changes how it speaks, until the returned function is called. */
  interfere(interference: GatewayInterference): () => void;
  /** Reads the devices when it is time, sends or keeps what they show. */
  tick(now: Millis): void;
  /** Keeps a reading of past time, to be sent as history. */
  remember(now: Millis): void;
  /**
   * Makes a condition of a device hold, as `leak`, or pass.
   *
   * @throws PolisError `not-found` without such a device, `invalid` when it has no such condition.
   */
  condition(device: string, code: string, isActive: boolean): void;
  /** Readings and events that wait to be sent. */
  readonly backlog: number;
  /** Measured values that were acknowledged. */
  readonly points: number;
  truth(): SiteTruth;
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
  backlog: Backlog;
  /** Events that are not acknowledged, oldest first. */
  events: DeviceEvent[];
  keeper: SiteTruthKeeper;
  session: number;
  seq: number;
  hostOnline: boolean;
  flushing: boolean;
  telling: boolean;
}

/** Readings of all devices that a gateway keeps while it cannot send, and that it sends at once when it can again. */
const BACKLOG_BOUND = 3000;
const HISTORY_CHUNK = 100;
/** Of the past, less is kept of what changes slowly. */
const SLOW_HISTORY_MS = 15 * MINUTE;

const presence = z.object({ online: z.boolean() });

export function createGateway(deps: Wires & { field: SiteField }, options: GatewayOptions): Gateway {
  const { ground, field } = deps;
  const { site } = options;
  const node = fieldDeviceId(site.id, 'gateway');
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
  const parts: Parts = {
    ground,
    field,
    options,
    node,
    wire,
    backlog: createBacklog(BACKLOG_BOUND),
    events: [],
    keeper: createSiteTruthKeeper(site, node),
    session: 0,
    seq: 0,
    hostOnline: true,
    flushing: false,
    telling: false,
  };
  return gatewayOf(parts);
}

function gatewayOf(parts: Parts): Gateway {
  const { field, options, node, wire, backlog, keeper, ground } = parts;
  let dueAt = 0;
  return {
    id: node,
    site: options.site.id,
    devices: options.site.devices,
    isOnline: () => wire.isOpen(),
    start: () => wire.start(),
    stop: () => wire.stop(stateOf(parts, false)),
    cut: (delayMs) => wire.cut(delayMs),
    interfere: (interference) => wire.interfere(interference),
    tick(now) {
      wire.tick(now);
      if (now < dueAt) return;
      dueAt = now + options.periodMs;
      void send(parts, take(parts, now, SLOW_MS));
      void flush(parts);
      void tellEvents(parts);
    },
    remember: (now) => backlog.keep(take(parts, now, SLOW_HISTORY_MS)),
    condition(device, code, active) {
      field.condition(device, code, { active, now: ground.clock.now() });
      noteEvents(parts);
      void tellEvents(parts);
    },
    get backlog() {
      return backlog.size + parts.events.length;
    },
    get points() {
      return keeper.points;
    },
    truth: () => keeper.truth(),
  };
}

/** The time by the gateway's own clock. */
function clockAt({ wire }: Parts, now: Millis): Millis {
  return now + wire.clockOffMs(now);
}

/** Reads the devices, and hears what happened at them. */
function take(parts: Parts, now: Millis, slowMs: number): SitePoint {
  const { field, options, keeper } = parts;
  const point = { at: clockAt(parts, now), readings: field.read(now, options.chargingW(now), slowMs) };
  keeper.taken(point);
  noteEvents(parts);
  return point;
}

function noteEvents({ field, events, keeper }: Parts): void {
  for (const event of field.news()) {
    keeper.happened(event);
    events.push(event);
  }
}

function topicOf({ options, node }: Parts, kind: string, device?: string): string {
  return [options.root, options.site.id, kind, node, ...(device === undefined ? [] : [device])].join('/');
}

function stateOf(parts: Parts, online: boolean) {
  const ts = clockAt(parts, parts.ground.clock.now());
  return {
    topic: topicOf(parts, 'state'),
    payload: { online, ts, bd: parts.session, sw: 'polisgrid-simulator' },
    retain: true,
  };
}

function opened(parts: Parts): void {
  const { wire, options } = parts;
  parts.hostOnline = true;
  wire.subscribe([`${topicOf(parts, 'cmd')}/#`, `${options.root}/host/${options.hostId}`]);
  void wire.publish(stateOf(parts, true));
  announce(parts);
  void flush(parts);
  void tellEvents(parts);
}

function announce(parts: Parts): void {
  const { wire, options, ground } = parts;
  const ts = clockAt(parts, ground.clock.now());
  for (const device of options.site.devices.filter(({ type }) => type !== 'gateway')) {
    const payload = birthOf(device, { ts, periodMs: options.periodMs });
    void wire.publish({ topic: topicOf(parts, 'birth', device.id), payload, retain: true });
  }
}

async function send(parts: Parts, point: SitePoint): Promise<void> {
  const { wire, backlog, keeper } = parts;
  if (!wire.isOpen() || !parts.hostOnline) return backlog.keep(point);
  parts.seq = (parts.seq + 1) % 256;
  const d = Object.fromEntries(Object.entries(point.readings).map(([device, v]) => [device, { v }]));
  const payload = { ts: point.at, seq: parts.seq, d };
  if (await wire.publish({ topic: topicOf(parts, 'data'), payload })) keeper.acknowledged([point]);
  else backlog.keep(point);
}

/** Sends the backlog, oldest first, a piece at a time. A piece of which anything is lost is sent again whole. */
async function flush(parts: Parts): Promise<void> {
  if (parts.flushing) return;
  parts.flushing = true;
  while (parts.backlog.size > 0 && parts.wire.isOpen() && parts.hostOnline) {
    const points = parts.backlog.take(HISTORY_CHUNK);
    if (await sendHistory(parts, points)) {
      parts.keeper.acknowledged(points);
      continue;
    }
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

/** Tells what happened at devices, in order, each until it is acknowledged. */
async function tellEvents(parts: Parts): Promise<void> {
  const { events, wire, keeper } = parts;
  if (parts.telling) return;
  parts.telling = true;
  for (let [event] = events; event && wire.isOpen() && parts.hostOnline; [event] = events) {
    const { id, at, code, severity: sev, text, active } = event;
    const ts = clockAt(parts, at);
    const payload = { id, ts, code, sev, text, active };
    if (!(await wire.publish({ topic: topicOf(parts, 'event', event.device), payload }))) break;
    keeper.told(event, ts);
    events.shift();
  }
  parts.telling = false;
}

function received(parts: Parts, topic: string, payload: Uint8Array): void {
  const { options, ground, field, wire } = parts;
  const said = parseJson(payload);
  if (topic === `${options.root}/host/${options.hostId}`) {
    parts.hostOnline = presence.safeParse(said).data?.online ?? true;
    void tellEvents(parts);
    return void flush(parts);
  }
  const given = command.safeParse(said);
  const device = options.site.devices.find((each) => topic === topicOf(parts, 'cmd', each.id));
  if (!given.success || !device) return ground.log.warn({ topic }, 'A gateway was sent a command that it cannot read.');
  const now = ground.clock.now();
  const answer = obey(given.data, { device, now }, { field, rebirth: () => announce(parts) });
  void wire.publish({
    topic: topicOf(parts, 'ack', device.id),
    payload: { id: given.data.id, ts: clockAt(parts, now), ...answer },
  });
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString());
  } catch {
    return null;
  }
}
