import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Charging } from '#charging/index.ts';
import type { OcppServer } from '#ocpp-server/index.ts';
import type { Journal } from '#storage/journal.ts';
import type { Records } from '#storage/records.ts';
import { COUNTED, type Counted, type Telemetry } from '#telemetry/index.ts';

/** The figures for Prometheus. */
export interface Metrics {
  readonly contentType: string;
  /** The figures of this moment, as text. */
  text(): Promise<string>;
  /** An answer was given. */
  answered(request: { method: string; route: string; status: number; durationMs: number }): void;
}

export function createMetrics(deps: {
  stores: { records: Records; journal: Journal };
  parts: { charging: Charging; ocpp: OcppServer; telemetry: Telemetry };
  version: string;
}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({ name: 'polisgrid_info', help: 'The running version', labelNames: ['version'], registers }).set(
    { version: deps.version },
    1,
  );
  const durations = new Histogram({
    name: 'polisgrid_http_request_duration_seconds',
    help: 'Time to answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const take = ofTheParts(deps, registry);
  return {
    contentType: registry.contentType,
    async text() {
      await take();
      return registry.metrics();
    },
    answered: ({ method, route, status, durationMs }) =>
      durations.observe({ method, route, status: String(status) }, durationMs / 1_000),
  };
}

/** What the parts are asked for each time that somebody looks. */
function ofTheParts({ stores, parts }: Parameters<typeof createMetrics>[0], registry: Registry): () => Promise<void> {
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `polisgrid_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `polisgrid_${name}_total`, help, labelNames, registers });
  const chargers = gauge('ocpp_connections', 'Chargers connected');
  const devices = gauge('mqtt_connections', 'MQTT clients connected');
  const sessions = gauge('sessions_active', 'Charging sessions under way');
  const pending = gauge('records_pending', 'Units of work that wait for their commit');
  const lag = gauge('journal_lag', 'Journal entries that a consumer has not yet taken', ['consumer']);
  const frames = counter('ocpp_frames', 'OCPP messages in the journal');
  const telemetry = Object.entries(COUNTED).map(([what, help]) => ({
    what: what as Counted,
    counter: counter(`telemetry_${snakeCase(what)}`, help),
  }));
  const points = gauge('telemetry_points', 'Newest values of all devices: good, stale or bad', ['quality']);
  const quarantine = gauge('telemetry_quarantine', 'Metrics and devices in quarantine');
  return async () => {
    const [active, head, consumers, byQuality] = await Promise.all([
      parts.charging.activeSessions({}),
      stores.journal.head('frames'),
      parts.telemetry.lag(),
      parts.telemetry.pointsByQuality(),
    ]);
    chargers.set(parts.ocpp.connectionCount());
    devices.set(parts.telemetry.connectionCount());
    sessions.set(active.length);
    pending.set(stores.records.pending());
    for (const { consumer, behind } of consumers) lag.set({ consumer }, behind);
    frames.reset();
    frames.inc(head);
    const counts = parts.telemetry.counters();
    for (const { what, counter: one } of telemetry) {
      one.reset();
      one.inc(counts[what]);
    }
    quarantine.set(parts.telemetry.quarantine().length);
    for (const [quality, count] of Object.entries(byQuality)) points.set({ quality }, count);
  };
}

/** As Prometheus writes names. */
function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
