/** Identities of the estate. All are plain text in storage; these patterns are checked once, at the edge. */

export type SiteId = string;
export type DeviceId = string;

/** A site or a device: what may stand between two slashes of a topic. */
export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/** A charger's identity in its OCPP URL (OCPP 2.0.1 part 4 §3.1.1, identifierString; ≤ 48 characters). */
export const CHARGER_PATTERN = /^[A-Za-z0-9*\-_=:+|@.]{1,48}$/;

/** A metric's name: a SunSpec point or our own, fit to be a column and a field. */
export const METRIC_PATTERN = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
