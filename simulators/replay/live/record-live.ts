import { z } from 'zod';
import { messageOf } from '#estate/errors.ts';
import type { Clock } from '#estate/clock.ts';
import { isoTime } from '#estate/units.ts';
import type { Target } from '../../target.ts';
import { createEstateRecorder, newestSession, recordSessions, type EstateRecorder } from '../record-estate.ts';
import { traceHead } from '../trace.ts';
import { createTraceWriter, type TraceWriter } from '../trace-writer.ts';
import type { Ear, EarDeps } from './ear.ts';
import { createMqttEar } from './mqtt-ear.ts';
import { createOcppEar } from './ocpp-ear.ts';
import { openProxy, type Proxy } from './proxy.ts';

const addresses = z.object({ ocppUrl: z.url(), mqttUrl: z.url() });
const DEFAULT_PORTS: Record<string, number> = { 'ws:': 80, 'mqtt:': 1883 };

/** Where the field connects to while it is recorded. */
export interface LiveAddresses {
  ocppUrl: string;
  /** Null: the platform's broker is reached over TLS only, which cannot be read along with. */
  mqttUrl: string | null;
}

export interface LiveOptions {
  file: string;
  host: string;
  /** 0: any free port. */
  ocppPort: number;
  mqttPort: number;
  clock: Clock;
  opened(addresses: LiveAddresses): void;
  /** Resolves when it is to end. */
  until: Promise<void>;
}

export interface LiveRecording {
  lines: TraceWriter['lines'];
  /** Why the sessions are not in the trace; null: they are. */
  withoutSessions: string | null;
}

/**
 * Stands in front of an instance and writes what the field and the platform say to each other, until it is told to end.
 * The estate is written first, so that the trace is of use however the recording ends; sessions that began meanwhile
 * are written last.
 *
 * @throws PolisError as the target does; `config` when a port cannot be had; `too-large` when the disk is full.
 */
export async function recordLive(target: Target, options: LiveOptions): Promise<LiveRecording> {
  const { clock } = options;
  const { ocppUrl, mqttUrl } = await target.get('/v1/info', addresses);
  const writer = await createTraceWriter(options.file, traceHead(isoTime(clock.now()), 'live'));
  const estate = createEstateRecorder(target, writer);
  await estate.write();
  const before = await newestSession(target);

  const hearing = withNewcomers(writer, estate);
  let connections = 0;
  const proxies: Proxy[] = [];
  const open = async (url: string, port: number, createEar: (deps: EarDeps) => Ear) => {
    const listen = () => createEar({ clock, writer: hearing, connection: ++connections });
    const proxy = await openProxy({ writer, listen }, { host: options.host, port, upstream: endpointOf(url) });
    proxies.push(proxy);
    return withEndpoint(url, { host: options.host, port: proxy.port });
  };
  try {
    const isPlain = new URL(mqttUrl).protocol === 'mqtt:';
    options.opened({
      ocppUrl: await open(ocppUrl, options.ocppPort, createOcppEar),
      mqttUrl: isPlain ? await open(mqttUrl, options.mqttPort, createMqttEar) : null,
    });
    await Promise.race([options.until, writer.failed]);
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }
  const withoutSessions = await writeLast(target, writer, { estate, before });
  await writer.end();
  return { lines: writer.lines, withoutSessions };
}

/** Writes what is heard, and the estate again when somebody connects who was not in it. */
function withNewcomers(writer: TraceWriter, estate: EstateRecorder): Pick<TraceWriter, 'write'> {
  let isReading = false;
  const readAgain = async () => {
    if (isReading) return;
    isReading = true;
    try {
      await estate.write();
    } catch {
      // It is written once more at the end, and then it is told.
    } finally {
      isReading = false;
    }
  };
  return {
    write(line) {
      writer.write(line);
      if (line.kind === 'link' && line.event === 'opened' && !estate.knows(line.peer)) void readAgain();
    },
  };
}

/** What was said is worth keeping, even if the instance does not answer any more. */
async function writeLast(
  target: Target,
  writer: TraceWriter,
  { estate, before }: { estate: EstateRecorder; before: string | null },
): Promise<string | null> {
  try {
    await estate.write();
    await recordSessions(target, writer, before);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function endpointOf(url: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (DEFAULT_PORTS[protocol] ?? 0) };
}

function withEndpoint(url: string, { host, port }: { host: string; port: number }): string {
  const { protocol, pathname } = new URL(url);
  return `${protocol}//${host.includes(':') ? `[${host}]` : host}:${port}${pathname}`;
}
