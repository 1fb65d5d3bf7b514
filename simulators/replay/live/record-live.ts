import { text } from 'node:stream/consumers';
import { getCACertificates } from 'node:tls';
import { z } from 'zod';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { Clock } from '#estate/clock.ts';
import { isoTime } from '#estate/units.ts';
import type { Target } from '../../target.ts';
import { createEstateRecorder, newestSession, recordSessions, type EstateRecorder } from '../record-estate.ts';
import { traceHead } from '../trace.ts';
import { createTraceWriter, type TraceWriter } from '../trace-writer.ts';
import type { Ear, EarDeps } from './ear.ts';
import { assureTls, endpointOf, isBehindTls, type Endpoint } from './endpoint.ts';
import { createMqttEar } from './mqtt-ear.ts';
import { createOcppEar } from './ocpp-ear.ts';
import { openProxy, type Proxy, type ProxyCertificate } from './proxy.ts';

const addresses = z.object({
  ocppUrl: z.url(),
  ocppsUrl: z.url().nullable(),
  mqttUrl: z.url(),
  mqttsUrl: z.url().nullable(),
});

/** Where the field connects to while it is recorded. */
export interface LiveAddresses {
  ocppUrl: string;
  mqttUrl: string;
}

export interface LiveOptions {
  file: string;
  host: string;
  /** 0: any free port. */
  ocppPort: number;
  mqttPort: number;
  /** With a certificate the field connects over TLS. */
  certificate?: ProxyCertificate | undefined;
  /** Whether it goes on to the platform over TLS; where there is no other way it does so anyhow. */
  tls: boolean;
  /** The authorities that vouch for the platform, PEM; absent: those of this machine, and the platform's own. */
  authorities?: string | undefined;
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
 * @throws PolisError as the target does; `unavailable` when it cannot be reached over TLS; `config` when a port cannot
 *   be had or a certificate is none; `too-large` when the disk is full.
 */
export async function recordLive(target: Target, options: LiveOptions): Promise<LiveRecording> {
  const { clock } = options;
  const platform = await waysTo(target, options);
  const writer = await createTraceWriter(options.file, traceHead(isoTime(clock.now()), 'live'));
  const estate = createEstateRecorder(target, writer);
  await estate.write();
  const before = await newestSession(target);

  const hearing = withNewcomers(writer, estate);
  let connections = 0;
  const proxies: Proxy[] = [];
  const open = async ({ url, endpoint: upstream }: Way, port: number, createEar: (deps: EarDeps) => Ear) => {
    const { host, certificate } = options;
    const listen = () => createEar({ clock, writer: hearing, connection: ++connections });
    const proxy = await openProxy({ writer, listen }, { host, port, certificate, upstream });
    proxies.push(proxy);
    return fieldUrl(url, { host, port: proxy.port, isSecure: certificate !== undefined });
  };
  try {
    options.opened({
      ocppUrl: await open(platform.ocpp, options.ocppPort, createOcppEar),
      mqttUrl: await open(platform.mqtt, options.mqttPort, createMqttEar),
    });
    await Promise.race([options.until, writer.failed]);
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }
  const withoutSessions = await writeLast(target, writer, { estate, before });
  await writer.end();
  return { lines: writer.lines, withoutSessions };
}

interface Way {
  url: string;
  endpoint: Endpoint;
}

/** How chargers and gateways reach a platform; over TLS it is tried out. */
async function waysTo(target: Target, options: LiveOptions): Promise<{ ocpp: Way; mqtt: Way }> {
  const found = await target.get('/v1/info', addresses);
  const mqttUrl = options.tls && !isBehindTls(found.mqttUrl) ? found.mqttsUrl : found.mqttUrl;
  const ocppUrl = options.tls ? found.ocppsUrl : found.ocppUrl;
  if (ocppUrl === null || mqttUrl === null)
    throw new PolisError(
      'invalid',
      'The instance has no port over TLS for chargers or for gateways (ocppTls, mqttTls). Record it without --tls.',
    );
  const authorities = [ocppUrl, mqttUrl].some(isBehindTls) ? await authoritiesOf(target, options) : [];
  const wayTo = async (url: string): Promise<Way> => {
    const endpoint = endpointOf(url, authorities);
    await assureTls(url, endpoint);
    return { url, endpoint };
  };
  return { ocpp: await wayTo(ocppUrl), mqtt: await wayTo(mqttUrl) };
}

async function authoritiesOf(target: Target, { authorities }: LiveOptions): Promise<string[]> {
  return authorities === undefined
    ? [...getCACertificates('default'), await text(await target.body('/v1/ca.pem'))]
    : [authorities];
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

/** The URL of the platform, with the place of the recorder in it. */
function fieldUrl(url: string, { host, port, isSecure }: { host: string; port: number; isSecure: boolean }): string {
  const { protocol, pathname } = new URL(url);
  const scheme = protocol.startsWith('ws') ? 'ws' : 'mqtt';
  return `${scheme}${isSecure ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${port}${pathname}`;
}
