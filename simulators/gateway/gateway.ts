import type { Millis } from '#estate/units.ts';
import { z } from 'zod';
import type { NodePlan } from '../estate/nodes.ts';
import type { DevicePlan } from '../estate/plan.ts';
import type { DeviceEvent } from '../site/conditions.ts';
import type { SiteField, SiteReadings } from '../site/field.ts';
import type { Wires } from '../wires.ts';
import { type Backlog, byDevice, createBacklog, keep, putBack, type SitePoint, takeOldest } from './backlog.ts';
import { birthOf } from './births.ts';
import { command, obey } from './commands.ts';
import type { GatewayInterference } from './interference.ts';
import type { SiteTruthKeeper } from './truth-keeper.ts';
import { createWire, type Wire } from './wire.ts';

/**
 * One MQTT node of a site: the gateway that speaks for all its devices, or a device that speaks for itself. It tells what
 * they show, and hands them their commands.
 */
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
  /** Drives its wire. */
  tick(now: Millis): void;
  /** The devices of its site were read: it sends or keeps what is its own, and what it kept before. */
  showed(readings: SiteReadings, now: Millis): void;
  /** Keeps a reading of past time, to be sent as history. */
  remember(readings: SiteReadings, now: Millis): void;
  /** Something began or passed at one of its devices: it will tell so. */
  happened(event: DeviceEvent): void;
  /**
   * Makes a condition of a device hold, as `leak`, or pass.
   *
   * @throws PolisError `not-found` without such a device, `invalid` when it has no such condition.
   */
  condition(device: string, code: string, isActive: boolean): void;
  /** Readings and events that wait to be sent. */
  backlog(): number;
}

export interface GatewayOptions {
  node: NodePlan;
  url: string;
  secret: string;
  /** The first levels of every topic. */
  root: string;
  hostId: string;
  /** How often the devices are read, ms. */
  periodMs: number;
}

/** What a node stands on: wires, what it may do to devices, and what keeps the truth of its site. */
export interface GatewayDeps extends Wires {
  devices: Pick<SiteField, 'set' | 'condition'>;
  keeper: SiteTruthKeeper;
}

interface Parts extends Pick<GatewayDeps, 'ground' | 'devices' | 'keeper'> {
  options: GatewayOptions;
  wire: Wire;
  backlog: Backlog;
  /** Events that are not acknowledged, oldest first. */
  events: DeviceEvent[];
  session: number;
  seq: number;
  hostOnline: boolean;
  flushing: boolean;
  telling: boolean;
}

/** Readings of all its devices that a node keeps while it cannot send, and that it sends at once when it can again. */
const BACKLOG_BOUND = 3000;
const HISTORY_CHUNK = 100;

const presence = z.object({ online: z.boolean() });

export function createGateway(deps: GatewayDeps, options: GatewayOptions): Gateway {
  const { ground, devices, keeper } = deps;
  const wire = createWire(
    deps,
    { url: options.url, id: options.node.id, secret: options.secret },
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
    devices,
    keeper,
    options,
    wire,
    backlog: createBacklog(),
    events: [],
    session: 0,
    seq: 0,
    hostOnline: true,
    flushing: false,
    telling: false,
  };
  return gatewayOf(parts);
}

function gatewayOf(parts: Parts): Gateway {
  const { options, wire, backlog, events, ground } = parts;
  const { id, site, devices } = options.node;
  return {
    id,
    site,
    devices,
    isOnline: () => wire.isOpen(),
    start: () => wire.start(),
    stop: () => wire.stop(stateOf(parts, false)),
    cut: (delayMs) => wire.cut(delayMs),
    interfere(interference) {
      if (interference.garbles) parts.keeper.garbled();
      return wire.interfere(interference);
    },
    tick: (now) => wire.tick(now),
    showed(readings, now) {
      const point = take(parts, readings, now);
      if (point) void send(parts, point);
      void flush(parts);
      void tellEvents(parts);
    },
    remember(readings, now) {
      const point = take(parts, readings, now);
      if (point) keep(backlog, point, BACKLOG_BOUND);
    },
    happened: (event) => void events.push(event),
    condition(device, code, active) {
      parts.devices.condition(device, code, { active, now: ground.clock.now() });
      void tellEvents(parts);
    },
    backlog: () => backlog.points.length + events.length,
  };
}

/** The time by the gateway's own clock. */
function clockAt({ wire }: Parts, now: Millis): Millis {
  return now + wire.clockOffMs(now);
}

/** Its own part of a site's readings, by its own clock; null: none of its devices was read. */
function take(parts: Parts, all: SiteReadings, now: Millis): SitePoint | null {
  const readings: SiteReadings = {};
  for (const { id } of parts.options.node.devices) if (all[id]) readings[id] = all[id];
  if (Object.keys(readings).length === 0) return null;
  const point = { at: clockAt(parts, now), readings };
  parts.keeper.taken(point);
  return point;
}

function topicOf({ options: { root, node } }: Parts, kind: string, device?: string): string {
  return [root, node.site, kind, node.id, ...(device === undefined ? [] : [device])].join('/');
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
  for (const device of options.node.devices.filter(({ type }) => type !== 'gateway')) {
    const payload = birthOf(device, { ts, periodMs: options.periodMs });
    void wire.publish({ topic: topicOf(parts, 'birth', device.id), payload, retain: true });
  }
}

async function send(parts: Parts, point: SitePoint): Promise<void> {
  const { wire, backlog, keeper } = parts;
  if (!wire.isOpen() || !parts.hostOnline) return keep(backlog, point, BACKLOG_BOUND);
  parts.seq = (parts.seq + 1) % 256;
  if (await wire.publish(dataOf(parts, point))) keeper.acknowledged([point]);
  else keep(backlog, point, BACKLOG_BOUND);
}

/** A gateway tells all its devices at once; a device that is its own node tells itself. */
function dataOf(parts: Parts, { at: ts, readings }: SitePoint) {
  const { seq } = parts;
  const { id } = parts.options.node;
  const own = readings[id];
  if (own) return { topic: topicOf(parts, 'data', id), payload: { ts, seq, v: own } };
  const d = Object.fromEntries(Object.entries(readings).map(([device, v]) => [device, { v }]));
  return { topic: topicOf(parts, 'data'), payload: { ts, seq, d } };
}

/** Sends the backlog, oldest first, a piece at a time. A piece of which anything is lost is sent again whole. */
async function flush(parts: Parts): Promise<void> {
  if (parts.flushing) return;
  parts.flushing = true;
  while (parts.backlog.points.length > 0 && parts.wire.isOpen() && parts.hostOnline) {
    const points = takeOldest(parts.backlog, HISTORY_CHUNK);
    if (await sendHistory(parts, points)) {
      parts.keeper.acknowledged(points);
      continue;
    }
    putBack(parts.backlog, points);
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
  const { options, ground, devices, wire } = parts;
  const said = parseJson(payload);
  if (topic === `${options.root}/host/${options.hostId}`) {
    parts.hostOnline = presence.safeParse(said).data?.online ?? true;
    void tellEvents(parts);
    return void flush(parts);
  }
  const given = command.safeParse(said);
  const device = options.node.devices.find((each) => topic === topicOf(parts, 'cmd', each.id));
  if (!given.success || !device) return ground.log.warn({ topic }, 'A gateway was sent a command that it cannot read.');
  const now = ground.clock.now();
  const isNode = device.id === options.node.id;
  const answer = obey(given.data, { device, isNode, now }, { devices, rebirth: () => announce(parts) });
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
