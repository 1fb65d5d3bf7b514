import type { Ground } from '#estate/ground.ts';
import type { Millis } from '#estate/units.ts';
import type { ChargerPlan } from '../estate/plan.ts';
import type { Agenda } from './agenda.ts';
import type { Charger } from './charger.ts';
import type { Credentials } from './credentials.ts';
import type { ChargerSettings, Dialect } from './dialect.ts';
import type { Interferences } from './interference.ts';
import type { Link } from './link.ts';
import type { Memory } from './memory.ts';
import type { Outbox } from './outbox.ts';
import type { Sender } from './sender.ts';
import type { StationState } from './station-state.ts';
import type { KnownTokens } from './tokens.ts';
import type { TruthBounds, TruthKeeper } from './truth-keeper.ts';
import type { Uplink } from './uplink.ts';

export interface StationOptions {
  plan: ChargerPlan;
  url: string;
  secret: string;
  /** The authorities that it trusts behind wss://, PEM. */
  roots?: string | undefined;
  seed: string;
  now: Millis;
  meterIntervalS: number;
  /** How many times slower its heart beats than the central system asks; 1 unless told. */
  slowHeart?: number;
  /** How much its truth remembers. */
  truthBounds: TruthBounds;
  saved?: StationState | undefined;
  /** The central system has accepted it and listens. */
  onReady?: () => void;
}

/** The parts of a station, which know each other through it. */
export interface Parts {
  ground: Ground;
  options: StationOptions;
  dialect: Dialect;
  charger: Charger;
  interferences: Interferences;
  link: Link;
  uplink: Uplink;
  sender: Sender;
  outbox: Outbox;
  agenda: Agenda;
  memory: Memory;
  truth: TruthKeeper;
  transactions: Map<string, string>;
  settings: ChargerSettings;
  variables: Map<string, string>;
  credentials: Credentials;
  tokens: KnownTokens;
  rebootWhenIdle: boolean;
}
