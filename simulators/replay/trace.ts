import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';

/**
 * A trace is JSON Lines. The first line is its head, `{"polisgrid-trace": 2, …}`; each other line has a `kind`. What was
 * said stands in the order in which the platform received or sent it; of an estate line that comes twice the later holds.
 * Unknown kinds are left out by a reader, so that a later version may add some.
 *
 * Version 1 knows no devices, links and MQTT; it is read as well.
 */
const TRACE_VERSION = 2;

const head = z.object({
  'polisgrid-trace': z.literal([1, TRACE_VERSION]),
  recordedAt: z.iso.datetime({ offset: true }),
  /** Absent in version 1, which came from journals alone. */
  from: z.enum(['journal', 'live']).default('journal'),
});

export type TraceHead = z.infer<typeof head>;

const at = z.iso.datetime({ offset: true });
/** As the platform sees it: `in` is what the field says. */
const direction = z.enum(['in', 'out']);
const qos = z.literal([0, 1, 2]);

/** What an MQTT message carries: JSON where that gives back the same bytes, else base64. */
const message = z.object({
  topic: z.string(),
  qos,
  retain: z.boolean(),
  payload: z.unknown().optional(),
  base64: z.base64().optional(),
});

/** The things of a trace, by the `kind` of their lines; those of the estate as the HTTP API shows them. */
export const traced = {
  site: z.object({
    id: z.string(),
    name: z.string(),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    gridLimitW: z.number().nullable(),
    synthetic: z.boolean(),
  }),
  charger: z.object({ id: z.string(), site: z.string().nullable(), synthetic: z.boolean() }),
  /** A gateway, or a device behind one. */
  device: z.object({ id: z.string(), site: z.string().nullable(), type: z.string(), synthetic: z.boolean() }),
  token: z.object({
    token: z.string(),
    status: z.string(),
    group: z.string().nullable(),
    expiresAt: z.string().nullable(),
    type: z.string().optional(),
    master: z.boolean().optional(),
    language: z.string().nullable().optional(),
    message: z.string().nullable().optional(),
  }),
  /** As the recorded instance knew it; the replay compares its own with those that had ended. */
  session: z.object({
    charger: z.string(),
    evse: z.number(),
    connector: z.number(),
    token: z.string().nullable(),
    state: z.string(),
    startedAt: z.string(),
    endedAt: z.string().nullable(),
    energyWh: z.number(),
  }),
  /** A connection of a charger or MQTT node begins, is refused, can no longer be read along with, or ends. */
  link: z.object({
    at,
    peer: z.string(),
    over: z.enum(['ocpp', 'mqtt']),
    /** Tells apart the connections of one recording. */
    connection: z.int(),
    event: z.enum(['opened', 'refused', 'unreadable', 'closed']),
    /** The WebSocket close code, the HTTP status or the MQTT return code. */
    code: z.int().optional(),
    /** Of a close: whether somebody said goodbye. */
    clean: z.boolean().optional(),
    will: message.optional(),
  }),
  /** One OCPP message. */
  frame: z.object({
    at,
    charger: z.string(),
    protocol: z.enum(['ocpp1.6', 'ocpp2.0.1']),
    direction,
    frame: z.string(),
    /** Set where the message was binary, and `frame` is base64. */
    binary: z.literal(true).optional(),
  }),
  /** One MQTT publish. */
  packet: message.extend({ at, node: z.string(), direction, id: z.int().optional() }),
  subscription: z.object({
    at,
    node: z.string(),
    id: z.int(),
    filters: z.array(z.object({ topic: z.string(), qos })),
  }),
  /** PUBACK, or SUBACK with what was granted. */
  ack: z.object({
    at,
    node: z.string(),
    direction,
    id: z.int(),
    granted: z.array(z.int()).optional(),
  }),
};

const line = z.discriminatedUnion('kind', [
  traced.site.extend({ kind: z.literal('site') }),
  traced.charger.extend({ kind: z.literal('charger') }),
  traced.device.extend({ kind: z.literal('device') }),
  traced.token.extend({ kind: z.literal('token') }),
  traced.session.extend({ kind: z.literal('session') }),
  traced.link.extend({ kind: z.literal('link') }),
  traced.frame.extend({ kind: z.literal('frame') }),
  traced.packet.extend({ kind: z.literal('packet') }),
  traced.subscription.extend({ kind: z.literal('subscription') }),
  traced.ack.extend({ kind: z.literal('ack') }),
]);

const anyLine = z.object({ kind: z.string() });

export type TraceLine = z.infer<typeof line>;
export type TraceSession = z.infer<typeof traced.session>;
export type MqttMessage = z.infer<typeof message>;

/** What a peer said or heard, or what became of its connection. */
export type PeerLine = Extract<TraceLine, { kind: 'link' | 'frame' | 'packet' | 'subscription' | 'ack' }>;

const PEER_KINDS = new Set<string>(['link', 'frame', 'packet', 'subscription', 'ack'] satisfies PeerLine['kind'][]);

/** Whether a line is of what was said, rather than of the estate. */
export function isOfPeer(found: TraceLine): found is PeerLine {
  return PEER_KINDS.has(found.kind);
}

/** The charger or MQTT node that a line is of. */
export function peerOf(found: PeerLine): string {
  if (found.kind === 'link') return found.peer;
  return found.kind === 'frame' ? found.charger : found.node;
}

/** The first line of a new trace. */
export function traceHead(recordedAt: string, from: TraceHead['from']): TraceHead {
  return { 'polisgrid-trace': TRACE_VERSION, recordedAt, from };
}

/** @throws PolisError `invalid` that names the line and what was expected there. */
export function checkHead(content: string): void {
  checked(content, 1, (json) => head.parse(json));
}

/** Reads a line; null where its kind is unknown. @throws PolisError as `checkHead`. */
export function readLine(content: string, number: number): TraceLine | null {
  return checked(content, number, (json) =>
    Object.hasOwn(traced, anyLine.parse(json).kind) ? line.parse(json) : null,
  );
}

function checked<T>(content: string, number: number, read: (json: unknown) => T): T {
  try {
    return read(JSON.parse(content));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : 'this is not JSON';
    throw new PolisError('invalid', `Line ${number} of the trace cannot be read: ${reason}`, { cause: error });
  }
}
