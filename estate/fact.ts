import type { DeviceId, SiteId } from './ids.ts';
import type { Reading } from './sample.ts';
import type { Millis } from './units.ts';

/** The state of a connector, as the console and a driver know it, whatever version the charger speaks. */
export type ConnectorState =
  | 'available'
  | 'occupied'
  | 'charging'
  | 'suspended'
  | 'reserved'
  | 'unavailable'
  | 'faulted';

/** A fact about charging: something that happened and is committed. */
export type ChargingFact =
  | { kind: 'charger-online'; charger: DeviceId; site: SiteId | null; at: Millis; online: boolean }
  | {
      kind: 'connector-state';
      charger: DeviceId;
      site: SiteId | null;
      at: Millis;
      evse: number;
      connector: number;
      state: ConnectorState;
      error: string | null;
    }
  | {
      kind: 'session-began' | 'session-metered' | 'session-ended';
      charger: DeviceId;
      site: SiteId | null;
      at: Millis;
      session: string;
      energyWh: number;
      powerW: number | null;
    };

/** What the estate's parts tell each other, and what a live view shows. */
export type Fact =
  | ChargingFact
  | { kind: 'reading'; site: SiteId; at: Millis; reading: Reading }
  | { kind: 'node-online'; site: SiteId; at: Millis; node: DeviceId; online: boolean }
  | { kind: 'alarm'; site: SiteId | null; at: Millis; alarm: string; active: boolean }
  | {
      kind: 'power-shared';
      site: SiteId;
      at: Millis;
      budgetW: number;
      limits: { charger: DeviceId; evse: number; limitA: number }[];
    };
