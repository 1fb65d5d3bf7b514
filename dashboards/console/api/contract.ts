import type { AlarmPriority } from '#estate/alarm.ts';
import type { CommandResult } from '#estate/command.ts';
import type { ConnectorState } from '#estate/fact.ts';

/** What the HTTP API says, as the console reads it. Instants are RFC 3339 text; powers W, energies Wh. */

export type { CommandResult, ConnectorState };

export const ROLES = ['viewer', 'operator', 'manager', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Me {
  user: string;
  role: Role;
}

export interface Info {
  name: string;
  version: string;
  synthetic: boolean;
  ocppUrl: string;
  mqttUrl: string;
}

export type SiteState = 'ok' | 'charging' | 'offline' | 'alarm' | 'unknown';

/** Grid: import +, export -; the sun's production, the building's use and charging are +. Null: not measured. */
export interface SitePower {
  gridW: number | null;
  pvW: number | null;
  buildingW: number | null;
  chargingW: number | null;
}

export interface Site {
  id: string;
  name: string;
  latitude: number | null;
  longitude: number | null;
  gridLimitW: number | null;
  synthetic: boolean;
  state: SiteState;
  chargers: number;
  chargersOnline: number;
  charging: number;
  alarms: number;
  power: SitePower;
  updatedAt: string | null;
}

export interface PowerPoint extends SitePower {
  /** Milliseconds since 1970. */
  at: number;
}

export interface Connector {
  evse: number;
  connector: number;
  state: ConnectorState;
  error: string | null;
  since: string;
  /** The code on the EVSE's sticker, for guests; shown to operators. */
  code?: string;
}

export interface Charger {
  id: string;
  site: string | null;
  vendor: string | null;
  model: string | null;
  serial: string | null;
  firmware: string | null;
  protocol: string | null;
  online: boolean;
  lastSeen: string | null;
  connectors: Connector[];
  /** What the charger says of itself as a whole; null when it has said nothing. */
  condition: Pick<Connector, 'state' | 'error' | 'since'> | null;
  synthetic: boolean;
  connection: { since: string; remoteAddress: string; epoch: number } | null;
}

export type RegisteredCharger = Charger & { secret?: string };

export interface RefusedHandshake {
  identity: string;
  remoteAddress: string;
  at: string;
  reason: string;
}

export interface TracedMessage {
  position: number;
  at: string;
  /** `in`: from the charger. */
  direction: 'in' | 'out';
  protocol: string;
  kind: 'call' | 'result' | 'error' | 'malformed';
  messageId: string | null;
  action: string | null;
  payload: unknown;
  frame: string;
  latencyMs: number | null;
}

export const SESSION_STATES = ['active', 'ended', 'incomplete', 'starting', 'failed'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

export interface Session {
  id: string;
  charger: string;
  site: string | null;
  evse: number;
  connector: number;
  token: string | null;
  transaction: string;
  protocol: string;
  state: SessionState;
  startedAt: string;
  endedAt: string | null;
  energyWh: number;
  powerW: number | null;
  reason: string | null;
  doubts: string[];
  synthetic: boolean;
}

export interface Device {
  id: string;
  site: string | null;
  type: string;
  node: string | null;
  online: boolean;
  lastSeen: string | null;
  synthetic: boolean;
  values: Record<string, number> | null;
  /** When the values were measured. */
  at: string | null;
}

export interface Alarm {
  id: string;
  cause: string;
  site: string | null;
  device: string;
  priority: AlarmPriority;
  text: string;
  action: string;
  since: string;
  clearedAt: string | null;
}

/** What a person may ask of a charger. In OCPP 1.6 `evse` is the connector's number; 0 is the whole charger. */
export type ChargerCommand =
  | { command: 'start'; token: string; evse: number }
  | { command: 'stop'; transaction: string }
  | { command: 'limit'; evse: number; limitA: number; phases: number; transaction?: string; durationS: number }
  | { command: 'clear-limit'; evse: number }
  | { command: 'unlock'; evse: number; connector: number }
  | { command: 'reset'; type: 'soft' | 'hard' }
  | { command: 'availability'; evse: number; operative: boolean };

export const COMMANDS = ['start', 'stop', 'limit', 'clear-limit', 'unlock', 'availability', 'reset'] as const;
export type CommandName = ChargerCommand['command'];
