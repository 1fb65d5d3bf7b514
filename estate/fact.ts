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
      /** A state of severity 0 to 3 that a charger watches for holds (OCPP 2.0.1 NotifyEvent), or has passed. */
      kind: 'charger-event';
      charger: DeviceId;
      site: SiteId | null;
      at: Millis;
      /** The monitor or variable: the same again is the same state. */
      about: string;
      severity: number;
      text: string;
      active: boolean;
    }
  /** When the certificate that a charger signs in with ends. */
  | { kind: 'certificate-validity'; charger: DeviceId; site: SiteId | null; at: Millis; endsAt: Millis }
  | {
      kind: 'security-event';
      charger: DeviceId;
      site: SiteId | null;
      at: Millis;
      /** In OCPP's words, or one of the server's own. */
      event: string;
      text: string;
      /** It needs a person. */
      critical: boolean;
    }
  | {
      /** Another than us has set a limit at a charger; `limitA` null: it was lifted, or not said how much. */
      kind: 'charging-limit';
      charger: DeviceId;
      site: SiteId | null;
      at: Millis;
      /** 0: the station. */
      evse: number;
      source: string;
      /** Per phase, A. */
      limitA: number | null;
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
  | {
      /** Something at a device began (`active`), or has passed. */
      kind: 'device-event';
      site: SiteId;
      at: Millis;
      device: DeviceId;
      /** The same for the beginning and the end. */
      event: string;
      code: string;
      /** As the device says it: 0 to 1000, or a word. */
      severity: string;
      text: string;
      active: boolean;
    }
  | {
      /** Messages of a device, or of a node, could not be understood: `times` since the last such fact. */
      kind: 'device-malformed';
      site: SiteId;
      at: Millis;
      device: DeviceId;
      times: number;
      /** What was wrong with the last of them. */
      reason: string;
    }
  | { kind: 'alarm'; site: SiteId | null; at: Millis; alarm: string; active: boolean }
  | {
      kind: 'power-shared';
      site: SiteId;
      at: Millis;
      budgetW: number;
      limits: { charger: DeviceId; evse: number; limitA: number }[];
    };
