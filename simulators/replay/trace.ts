import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';

/**
 * A trace is JSON Lines. The first line is its head, `{"polisgrid-trace": 1, …}`; each other line has a `kind`. Frames
 * stand in the order in which the platform received or sent them. Unknown kinds are left out by a reader, so that a
 * later version may add some.
 */
export const TRACE_VERSION = 1;

const head = z.object({ 'polisgrid-trace': z.literal(TRACE_VERSION), recordedAt: z.string() });

const protocol = z.enum(['ocpp1.6', 'ocpp2.0.1']);

const site = z.object({
  kind: z.literal('site'),
  id: z.string(),
  name: z.string(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  gridLimitW: z.number().nullable(),
  synthetic: z.boolean(),
});

const charger = z.object({
  kind: z.literal('charger'),
  id: z.string(),
  site: z.string().nullable(),
  synthetic: z.boolean(),
});

const token = z.object({
  kind: z.literal('token'),
  token: z.string(),
  status: z.string(),
  group: z.string().nullable(),
  expiresAt: z.string().nullable(),
});

/** A session as the recorded instance knew it; the replay compares its own with those that had ended. */
const session = z.object({
  kind: z.literal('session'),
  charger: z.string(),
  evse: z.number(),
  connector: z.number(),
  token: z.string().nullable(),
  state: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  energyWh: z.number(),
});

const frame = z.object({
  kind: z.literal('frame'),
  at: z.string(),
  charger: z.string(),
  protocol,
  direction: z.enum(['in', 'out']),
  frame: z.string(),
});

const line = z.discriminatedUnion('kind', [site, charger, token, session, frame]);

export type TraceLine = z.infer<typeof line>;
export type TraceSite = z.infer<typeof site>;
export type TraceCharger = z.infer<typeof charger>;
export type TraceToken = z.infer<typeof token>;
export type TraceSession = z.infer<typeof session>;
export type TraceFrame = z.infer<typeof frame>;

export interface Trace {
  sites: TraceSite[];
  chargers: TraceCharger[];
  tokens: TraceToken[];
  sessions: TraceSession[];
  frames: TraceFrame[];
}

/** The first line of a new trace. */
export function traceHead(recordedAt: string): string {
  return JSON.stringify({ 'polisgrid-trace': TRACE_VERSION, recordedAt } satisfies z.infer<typeof head>);
}

const KNOWN = new Set(['site', 'charger', 'token', 'session', 'frame']);

/**
 * Reads a trace.
 *
 * @throws PolisError `invalid` that names the line and what was expected there.
 */
export function parseTrace(text: string): Trace {
  const trace: Trace = { sites: [], chargers: [], tokens: [], sessions: [], frames: [] };
  const lines = text.split('\n');
  checked(head, lines[0] ?? '', 1);
  for (const [index, content] of lines.entries()) {
    if (index === 0 || content === '') continue;
    const kind = checked(z.object({ kind: z.string() }), content, index + 1).kind;
    if (!KNOWN.has(kind)) continue;
    const found = checked(line, content, index + 1);
    if (found.kind === 'site') trace.sites.push(found);
    else if (found.kind === 'charger') trace.chargers.push(found);
    else if (found.kind === 'token') trace.tokens.push(found);
    else if (found.kind === 'session') trace.sessions.push(found);
    else trace.frames.push(found);
  }
  return trace;
}

function checked<T>(schema: z.ZodType<T>, content: string, number: number): T {
  try {
    return schema.parse(JSON.parse(content));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : 'this is not JSON';
    throw new PolisError('invalid', `Line ${number} of the trace cannot be read: ${reason}`, { cause: error });
  }
}
