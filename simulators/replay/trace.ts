import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';

/**
 * A trace is JSON Lines. The first line is its head, `{"polisgrid-trace": 1, …}`; each other line has a `kind`. Frames
 * stand in the order in which the platform received or sent them. Unknown kinds are left out by a reader, so that a
 * later version may add some.
 */
const TRACE_VERSION = 1;

const head = z.object({ 'polisgrid-trace': z.literal(TRACE_VERSION), recordedAt: z.string() });

/** The things of a trace, by the `kind` of their lines, as the HTTP API shows them. */
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
  token: z.object({
    token: z.string(),
    status: z.string(),
    group: z.string().nullable(),
    expiresAt: z.string().nullable(),
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
  frame: z.object({
    at: z.string(),
    charger: z.string(),
    protocol: z.enum(['ocpp1.6', 'ocpp2.0.1']),
    direction: z.enum(['in', 'out']),
    frame: z.string(),
  }),
};

const line = z.discriminatedUnion('kind', [
  traced.site.extend({ kind: z.literal('site') }),
  traced.charger.extend({ kind: z.literal('charger') }),
  traced.token.extend({ kind: z.literal('token') }),
  traced.session.extend({ kind: z.literal('session') }),
  traced.frame.extend({ kind: z.literal('frame') }),
]);

export type TraceLine = z.infer<typeof line>;
export type TraceSession = z.infer<typeof traced.session>;
export type TraceFrame = z.infer<typeof traced.frame>;

export interface Trace {
  sites: z.infer<typeof traced.site>[];
  chargers: z.infer<typeof traced.charger>[];
  tokens: z.infer<typeof traced.token>[];
  sessions: TraceSession[];
  frames: TraceFrame[];
}

/** The first line of a new trace. */
export function traceHead(recordedAt: string): string {
  return JSON.stringify({ 'polisgrid-trace': TRACE_VERSION, recordedAt } satisfies z.infer<typeof head>);
}

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
    if (!Object.hasOwn(traced, kind)) continue;
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
