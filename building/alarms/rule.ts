import type { AlarmPriority } from '#estate/alarm.ts';
import type { ConnectorState } from '#estate/fact.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';

/** What a rule looks at: the present state of one thing of the estate. */
export type Subject =
  | ChargerSubject
  | ChargerSecuritySubject
  | ChargerEventsSubject
  | NodeSubject
  | DeviceEventsSubject
  | MalformedSubject
  | ConnectionSubject;

export interface ChargerSubject {
  kind: 'charger';
  device: DeviceId;
  site: SiteId | null;
  /** Null: not known yet. */
  online: boolean | null;
  /** Since when it is so. */
  onlineSince: Millis;
  connectors: { evse: number; connector: number; state: ConnectorState; error: string | null; since: Millis }[];
  /** Whether the site itself is reachable, as far as its gateways tell, and since when. */
  siteReachable: boolean;
  siteReachableSince: Millis;
}

/** The severe states that a charger reports of itself. */
export interface ChargerEventsSubject {
  kind: 'charger-events';
  device: DeviceId;
  site: SiteId | null;
  events: { about: string; severity: number; text: string; at: Millis }[];
}

/** Whether a charger can be trusted, and for how long. */
export interface ChargerSecuritySubject {
  kind: 'charger-security';
  device: DeviceId;
  site: SiteId | null;
  /** When the certificate that it signs in with ends; null: it has none, or it is not known. */
  certificateEndsAt: Millis | null;
  /** The last event that needs a person, in a sentence. */
  lastCritical: { at: Millis; said: string } | null;
  at: Millis;
}

/** What speaks for a site, or for itself, on the broker. */
export interface NodeSubject {
  kind: 'node';
  device: DeviceId;
  site: SiteId;
  online: boolean;
  onlineSince: Millis;
}

/** What a device reports of itself and its surroundings, as long as it holds. */
export interface DeviceEventsSubject {
  kind: 'device-events';
  device: DeviceId;
  site: SiteId;
  events: { event: string; code: string; text: string; at: Millis }[];
}

/** Messages of a device, or of a node, that could not be understood. */
export interface MalformedSubject {
  kind: 'malformed';
  device: DeviceId;
  site: SiteId;
  /** How many when, of the last ten minutes, oldest first. */
  lately: { at: Millis; times: number }[];
  /** What was wrong with the last one; null: there was none for so long that it is over. */
  lastReason: string | null;
}

/** A site's connection to the grid, seen by its meter. */
export interface ConnectionSubject {
  kind: 'connection';
  /** The grid meter. */
  device: DeviceId;
  site: SiteId;
  gridLimitW: number | null;
  /** Null: the meter is silent. */
  gridW: number | null;
  at: Millis;
}

/** That a rule's condition holds, in words for a person. */
export interface Finding {
  since: Millis;
  text: string;
  /** What to do, one sentence. */
  action: string;
}

/**
 * One cause of alarm (ISA-18.2): a pure function of the present state. `covered`: it cannot be told, or another alarm
 * says it already; what was raised stays, nothing new is.
 */
export interface AlarmRule<Of extends Subject = Subject> {
  cause: string;
  about: Of['kind'];
  priority: AlarmPriority;
  /** The condition must last so long before it is an alarm. */
  onDelayMs: number;
  judge(subject: Of): Finding | 'covered' | null;
}
