import type { ChargingFact } from '#estate/fact.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { ChargerRef } from '../domain.ts';
import type { VariablePlace } from '../variables/variable.ts';

/** A variable of a charger that is watched. */
export type WatchedPlace = Omit<VariablePlace, 'attribute'>;

export type MonitorType = 'upper-threshold' | 'lower-threshold' | 'delta' | 'periodic' | 'periodic-clock-aligned';

/** What a charger watches of its own accord or because it was told to. */
export interface Monitor extends WatchedPlace {
  /** The charger's number for it. */
  id: number;
  type: MonitorType;
  /** The threshold or the change, in the variable's unit; of a periodic one the period, s. */
  value: number;
  /** 0 (danger) to 9 (debug), OCPP 2.0.1 part 2 §3.46. */
  severity: number;
  /** Only while a transaction runs. */
  inTransaction: boolean;
}

export interface ChargerEvent extends WatchedPlace {
  id: string;
  charger: DeviceId;
  site: SiteId | null;
  /** The charger's number for it. */
  eventId: number;
  /** By the charger's clock. */
  at: Millis;
  receivedAt: Millis;
  trigger: 'alerting' | 'delta' | 'periodic';
  /** The number of the event that led to it. */
  cause: number | null;
  value: string;
  techCode: string | null;
  techInfo: string | null;
  /** The state that was reported has passed. */
  cleared: boolean;
  transaction: string | null;
  /** The monitor that noticed it. */
  monitor: number | null;
  /** That of its monitor, where known. */
  severity: number | null;
}

/** An event as its charger tells it. `said` is what tells it from any other, whatever the clock. */
export type EventReport = Omit<ChargerEvent, 'id' | 'charger' | 'site' | 'severity' | 'receivedAt'> & { said: string };

/** A charger's answer to being asked for a report, or a part of one. */
export interface ReportPart {
  charger: DeviceId;
  request: number;
  seqNo: number;
  /** More parts follow. */
  more: boolean;
  monitors: Monitor[];
  at: Millis;
}

export type MonitoringBase = 'all' | 'factory-default' | 'hard-wired-only';

/** How much a charger watches as a whole, as far as it was told; null: as it came. */
export interface MonitoringScope {
  base: MonitoringBase | null;
  /** It reports what is at least this severe: of this number or a lower one. */
  level: number | null;
}

/** The face of monitoring; what resolves is committed. */
export interface Monitoring {
  /** A charger took these on. */
  set(charger: ChargerRef, monitors: readonly Monitor[], at: Millis): Promise<void>;
  /** These are gone; a state that one of them reported counts as passed. */
  cleared(charger: ChargerRef, ids: readonly number[], at: Millis): Promise<void>;
  /** The charger changed what it watches. After a change of its base the monitors are no longer known. */
  scoped(charger: ChargerRef, scope: Partial<MonitoringScope>, at: Millis): Promise<void>;
  /** A charger is about to be asked for a report; a whole one leaves nothing out. */
  reportAsked(asked: { charger: DeviceId; request: number; whole: boolean; at: Millis }): Promise<void>;
  /** Once all parts of a whole report are there, in whatever order, monitors that it does not name are gone. */
  reported(part: ReportPart): Promise<void>;
  /** Each event is kept once, and told as a fact when it is an alert of severity 0 to 3. */
  happened(charger: ChargerRef, events: readonly EventReport[], receivedAt: Millis): Promise<void>;
  /** By number. */
  monitors(query: { charger: DeviceId; after?: number; limit: number }): Promise<Monitor[]>;
  scope(charger: DeviceId): Promise<MonitoringScope>;
  /** The newest by receipt first; `before` is the id of the last of the page before, `severity` the least severe. */
  events(query: {
    charger?: DeviceId;
    site?: SiteId;
    severity?: number;
    before?: string;
    limit: number;
  }): Promise<ChargerEvent[]>;
  /** The severe alerts that have not passed, told as facts. */
  standing(): Promise<ChargingFact[]>;
  /** Forgets events of more than 90 days ago. */
  sweep(now: Millis): Promise<void>;
}
