import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Building } from '#building/index.ts';
import type { Charging } from '#charging/index.ts';
import type { Fact } from '#estate/fact.ts';
import type { Feed } from '#estate/feed.ts';
import type { Ground } from '#estate/ground.ts';
import type { OcppServer } from '#ocpp-server/index.ts';
import type { Journal } from '#storage/journal.ts';
import type { Records } from '#storage/records.ts';
import type { SecretBox } from '#storage/secrets.ts';
import type { Series } from '#storage/series.ts';
import type { Telemetry } from '#telemetry/index.ts';
import { createEventStreams, type EventStreams } from './event-stream.ts';
import { createLive, type Live } from './live.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createPeople, type People } from './people.ts';
import { createEstatePicture, type EstatePicture } from './picture.ts';

export interface ApiDeps {
  stores: { records: Records; journal: Journal; series: Series };
  parts: { charging: Charging; ocpp: OcppServer; telemetry: Telemetry; building: Building };
  /** Every fact of every part. */
  facts: Feed<Fact>;
  secrets: SecretBox;
  ground: Ground;
}

export interface ApiOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  /** A bearer key with the role admin, for headless set-up. */
  adminKey?: string | undefined;
  /** The same for the demo estate's own process. */
  demoKey?: string | undefined;
  /** The same for programs of the same person on this machine. */
  localKey?: string | undefined;
  /** The built console; absent: the API only. */
  consoleFolder?: string | undefined;
  version: string;
  /** Where chargers connect, as a person would type it. */
  ocppUrl(): string;
  /** The same behind TLS; null: that port is closed. */
  ocppsUrl?(): string | null;
  mqttUrl(): string;
  /** The same behind TLS, over WebSocket, and over WebSocket behind TLS; null: that port is closed. */
  mqttsUrl?(): string | null;
  mqttWsUrl?(): string | null;
  mqttWssUrl?(): string | null;
  /** The demo estate runs: what is shown is synthetic. */
  demo: boolean;
  /** How many times as fast as real time its time passes, in a trial with simulated time. */
  speed?: number | undefined;
}

/** What the routes work with. */
export interface Desk extends ApiDeps {
  options: ApiOptions;
  people: People;
  picture: EstatePicture;
  live: Live;
  streams: EventStreams;
  metrics: Metrics;
}

/** The server as routes see it: requests and answers are typed by their zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** A file of `routes/`: one resource. */
export type Routes = (app: App, desk: Desk) => void;

export function createDesk(deps: ApiDeps, options: ApiOptions): Desk {
  const { stores, parts, facts, secrets, ground } = deps;
  const { records } = stores;
  const { clock } = ground;
  return {
    ...deps,
    options,
    people: createPeople({ records, secrets, ground }),
    picture: createEstatePicture({ stores, parts, facts, clock }),
    live: createLive({ facts, clock }),
    streams: createEventStreams(clock),
    metrics: createMetrics({ stores, parts, version: options.version }),
  };
}
