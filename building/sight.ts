import type { ChargingLimit, CommandResult } from '#estate/command.ts';
import type { Fact } from '#estate/fact.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Reading } from '#estate/sample.ts';
import type { Site } from '#estate/site.ts';
import type { Millis } from '#estate/units.ts';

/** A car that charges, as the sharing of power sees it. Each EVSE is a load of its own. */
export interface ChargingLoad {
  charger: DeviceId;
  evse: number;
  transaction: string;
  session: string;
  energyWh: number;
  /** What it takes now, W; null when not yet measured. */
  powerW: number | null;
  /** When that was measured. */
  measuredAt: Millis | null;
  startedAt: Millis;
  online: boolean;
  /** The phases the car charges on, where known; else it is counted with three. */
  phases?: 1 | 3 | null;
  /** The most that the EVSE can give per phase, A, where known. */
  maxA?: number;
  /** What the car takes per phase, A, measured together with the power. */
  currentA?: number | null;
  /** What it may take per phase, A, when no limit of ours holds: its charger's default profile; else all of the EVSE. */
  fallbackA?: number | null;
}

/** An EVSE, with or without a car, and what holds it when no limit of ours does. */
export interface StandingEvse {
  charger: DeviceId;
  evse: number;
  online: boolean;
  /** What its charger's default profile allows, A per phase; null: it holds none. */
  defaultA: number | null;
  /** What others than us allow, an energy manager or the grid, A per phase; null: they do not say. */
  externalA: number | null;
}

/** What the building sees of the rest of the estate, asked anew in each cycle. */
export interface Sight {
  sites(): Promise<Site[]>;
  loads(site: SiteId): Promise<ChargingLoad[]>;
  /** All EVSEs of the site's chargers; without it, none is known to hold a default. */
  standing?(site: SiteId): Promise<StandingEvse[]>;
  /** The newest values of the site's devices. */
  measured(site: SiteId): Reading[];
  /**
   * The present state of chargers, connectors and nodes, told as facts. Asked once, at the start, so that alarms whose
   * cause came or went while nobody watched are raised and cleared.
   */
  present?(): Promise<Fact[]>;
}

/** Hands a charger the default for each of its EVSEs, A per phase: what holds when no limit does, and without us. */
export type SendDefault = (standing: { charger: DeviceId; limitA: number }) => Promise<CommandResult>;

/** Hands a limit to the charger. */
export type SendLimit = (limit: ChargingLimit) => Promise<CommandResult>;
