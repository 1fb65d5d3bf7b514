import { Agent, request, type OutgoingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { InfluxDB } from 'influx';
import { z } from 'zod';
import type { Clock } from '#estate/clock.ts';
import { PolisError, messageOf } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';
import { providePolicies, type Policy } from './policies.ts';

const DEADLINE_MS = 10 * SECOND;
const compress = promisify(gzip);

/** Why the server would not take lines. Those that it did take are stored. */
export interface Refusal {
  reason: string;
  /** Whether none was taken. */
  all: boolean;
}

/** Lines on their way to the server. */
export interface Packed {
  count: number;
  /** As `encoding` says. */
  body: Promise<Buffer>;
  encoding: 'gzip' | 'identity';
}

/** A table of an answer: a group of a statement's result. */
export type ResultSeries = z.infer<typeof resultSeries>;

/** An InfluxDB 1.x API. Whatever does not answer in time, or refuses us, is a PolisError `unavailable`. */
export interface InfluxServer {
  /**
   * Writes lines; resolves with null once all are stored. Makes the database when there is none.
   *
   * @param policy the retention policy to write into; absent: the default one.
   */
  write(lines: readonly string[] | Packed, policy?: string): Promise<Refusal | null>;
  /** Begins to compress lines, given in parts, so that they are ready by the time that those before them are written. */
  pack(parts: readonly Buffer[], count: number): Packed;
  /** Makes the database and its retention policies where they are missing, or keep for another time. */
  provide(): Promise<void>;
  /** Asks statements with bound values; answers each one's groups. */
  ask(statements: readonly string[], bound: Record<string, string>): Promise<ResultSeries[][]>;
}

const resultSeries = z.object({
  name: z.string().default(''),
  tags: z.record(z.string(), z.string()).default({}),
  columns: z.array(z.string()),
  // Not cell by cell: there may be a hundred thousand.
  values: z.array(z.custom<unknown[]>(Array.isArray)).default([]),
});

const answerOfQuery = z.object({
  results: z.array(z.object({ series: z.array(resultSeries).default([]), error: z.string().optional() })),
});

/** @param url `influx://user:password@host:8086/database`; database `polisgrid` unless told. */
export function influxServer(url: string, clock: Clock, policies: readonly Policy[] = []): InfluxServer {
  const { host, hostname, database, user, secret } = addressOf(url);
  const agent = new Agent({ keepAlive: true });
  const pack = isThisMachine(hostname) ? asItIs : compressed;
  const influx = clientOf(url);
  const unavailable = (reason: string) => new PolisError('unavailable', `InfluxDB at ${host} ${reason}`);
  const reach = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await within(clock, work);
    } catch (error) {
      // The error may hold the request, and so the password.
      throw unavailable(`does not answer: ${reasonOf(error)}`);
    }
  };
  const post = async (packed: Packed, policy?: string) => {
    const body = await packed.body;
    const headers: OutgoingHttpHeaders = { 'content-encoding': packed.encoding };
    if (user !== '') headers['authorization'] = `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
    const rp = policy === undefined ? '' : `&rp=${encodeURIComponent(policy)}`;
    const target = `http://${host}/write?precision=ms&db=${encodeURIComponent(database)}${rp}`;
    return reach(async (signal) => {
      const { status, said } = await send(target, { agent, headers, body, signal });
      return { status, reason: errorIn(said) };
    });
  };

  const provide = () => providePolicies({ influx, database, reach }, policies);
  return {
    provide,
    pack,
    async write(lines, policy) {
      const packed = 'body' in lines ? lines : pack([Buffer.from(lines.join('\n'))], lines.length);
      let { status, reason } = await post(packed, policy);
      if (status === 404 || reason.startsWith('retention policy not found')) {
        await provide();
        ({ status, reason } = await post(packed, policy));
      }
      if (status >= 200 && status < 300) return null;
      const refusal = refusalOf(status, reason, packed.count);
      if (refusal) return refusal;
      throw unavailable(`answers ${status}: ${reason}`);
    },
    async ask(statements, bound) {
      const answer = await reach(async (signal) =>
        answerOfQuery.parse(
          await influx.queryRaw([...statements], { precision: 'ms', placeholders: bound, method: 'POST', signal }),
        ),
      );
      return answer.results.map(({ series, error }) => {
        if (error && !error.startsWith('database not found')) throw unavailable(`cannot answer: ${error}`);
        return series;
      });
    },
  };
}

/** By `node:http`: what fetch does with a body of a megabyte costs more than making it. */
function send(
  target: string,
  { body, ...options }: { agent: Agent; headers: OutgoingHttpHeaders; body: Buffer; signal: AbortSignal },
): Promise<{ status: number; said: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; said: string }>();
  const posting = request(target, { ...options, method: 'POST' }, (response) => {
    let said = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => (said += text));
    response.on('end', () => resolve({ status: response.statusCode ?? 0, said }));
    response.on('error', reject);
  });
  posting.on('error', reject);
  posting.end(body);
  return promise;
}

function addressOf(url: string) {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    hostname,
    port: Number(port || '8086'),
    host: `${hostname}:${port || '8086'}`,
    database: decodeURIComponent(pathname.slice(1)) || 'polisgrid',
    user: decodeURIComponent(username),
    secret: decodeURIComponent(password),
  };
}

function clientOf(url: string): InfluxDB {
  const { hostname: host, port, database, user: username, secret: password } = addressOf(url);
  return new InfluxDB({
    hosts: [{ host, port }],
    database,
    ...(username === '' ? {} : { username, password }),
    // Its pool would answer "No host available" for seconds after the server is back.
    pool: { maxRetries: 0, requestTimeout: DEADLINE_MS, backoff: NO_BACKOFF },
  });
}

/** There it would cost both sides more than it saves. */
function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function asItIs(parts: readonly Buffer[], count: number): Packed {
  return { count, body: Promise.resolve(Buffer.concat(parts)), encoding: 'identity' };
}

function compressed(parts: readonly Buffer[], count: number): Packed {
  const body = compress(Buffer.concat(parts), { level: 1 });
  // Whoever writes it hears of a failure; nobody may come to write it.
  body.catch(() => {});
  return { count, body, encoding: 'gzip' };
}

const NO_BACKOFF = { getDelay: () => 0, next: () => NO_BACKOFF, reset: () => NO_BACKOFF };

/** What a server says of lines that it will not have. Any other 400 is not theirs: nothing may be thrown away for it. */
const BLAMES_LINES = /partial write|unable to parse|field type conflict|beyond retention|limit exceeded/;

function refusalOf(status: number, reason: string, lines: number): Refusal | null {
  if (status === 413) return { reason: 'The lines are too long for the server.', all: false };
  if ((status !== 400 && status !== 422) || !BLAMES_LINES.test(reason)) return null;
  const dropped = Number(/dropped=(\d+)/.exec(reason)?.[1]);
  return { reason, all: !reason.includes('partial write') || dropped === lines };
}

const errorBody = z.object({ error: z.string().optional(), message: z.string().optional() });

/** 1.x says `error`, 2.x says `message`, and a proxy between us says what it likes. */
function errorIn(said: string): string {
  try {
    const { error, message } = errorBody.parse(JSON.parse(said));
    return error ?? message ?? said;
  } catch {
    return said.trim();
  }
}

/** Gives up after the deadline, whether or not the work can be stopped. */
async function within<T>(clock: Clock, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(DEADLINE_MS, () => {
    late.reject(new Error(`nothing in ${DEADLINE_MS / SECOND} s`));
    stop.abort();
  });
  try {
    return await Promise.race([work(stop.signal), late.promise]);
  } finally {
    cancel();
  }
}

/** Some hide the reason in the cause; of several addresses that were tried, one says enough. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : messageOf(cause);
}
