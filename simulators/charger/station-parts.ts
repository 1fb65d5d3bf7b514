import type { Ground } from '#estate/ground.ts';
import type { Millis } from '#estate/units.ts';
import type { ChargerPlan } from '../estate/plan.ts';
import type { Probe } from '../probe.ts';
import type { Agenda } from './agenda.ts';
import type { Answer, Calls } from './calls.ts';
import type { Charger } from './charger.ts';
import type { Credentials } from './credentials.ts';
import type { ChargerSettings, Dialect } from './dialect.ts';
import type { Interferences } from './interference.ts';
import type { Link } from './link.ts';
import type { Memory } from './memory.ts';
import type { Outbox, OutboxMessage } from './outbox.ts';
import type { Sender } from './sender.ts';
import type { StationState } from './station-state.ts';
import type { KnownTokens } from './tokens.ts';
import type { NotedTruth, TruthBounds } from './truth-keeper.ts';
import type { Uplink } from './uplink.ts';

/** One station of a fleet. */
export interface StationOptions {
  plan: ChargerPlan;
  url: string;
  secret: string;
  saved?: StationState | undefined;
}

/** What all stations of a fleet have in common. */
export interface StationLife {
  /** The authorities that they trust behind wss://, PEM. */
  roots?: string | undefined;
  seed: string;
  /** When it begins. */
  from: Millis;
  meterIntervalS: number;
  /** How many times slower their hearts beat than the central system asks. */
  slowHeart: number;
  /** How much their truth remembers. */
  truthBounds: TruthBounds;
  /** The central system has accepted a charger and listens. */
  onReady: (charger: string) => void;
}

/**
 * A charging station at its wire. It is data, as there are thousands of them; the functions of station.ts and of the files
 * of its parts change it.
 */
export interface Station {
  readonly plan: ChargerPlan;
  readonly charger: Charger;
  readonly life: StationLife;
  readonly ground: Ground;
  readonly probe: Probe;
  readonly dialect: Dialect;
  readonly url: string;
  /** The secret and the firmware with which it was brought to life. */
  readonly firstSecret: string;
  readonly firstFirmware: string;
  readonly interferences: Interferences;
  readonly link: Link;
  readonly calls: Calls;
  readonly uplink: Uplink;
  readonly sender: Sender;
  readonly outbox: Outbox;
  readonly agenda: Agenda;
  readonly memory: Memory;
  readonly truth: NotedTruth;
  /** The central system's names of sessions, by the charger's own. */
  readonly transactions: Map<string, string>;
  readonly settings: ChargerSettings;
  readonly variables: Map<string, string>;
  readonly credentials: Credentials;
  readonly tokens: KnownTokens;
  readonly hears: StationHearing;
  rebootWhenIdle: boolean;
}

/** What a station does with what its parts hear. */
export interface StationHearing {
  /** The central system listens. */
  accepted(station: Station): void;
  /** A message of the outbox has its answer. */
  confirmed(station: Station, message: OutboxMessage, response: unknown): void;
  /** The central system calls. */
  called(station: Station, action: string, payload: unknown): Answer;
}
