/** What a load process is told to do, one thing at a time, and what it answers with. */
export interface Orders {
  /** Devices connect; each of their messages will have so many metrics. */
  connect: { order: ConnectOrder; report: { failures: string[] } };
  /** Each device has so many messages under way, for a time; then the last of them are waited for. */
  saturate: { order: { forMs: number; underWay: number }; report: LoadReport };
  /** Messages at a steady rate, whether they are acknowledged or not; a device whose socket is full keeps its own back. */
  offer: { order: { forMs: number; perSecond: number }; report: LoadReport };
  /** A subscriber that only counts. */
  subscribe: { order: { port: number; filter: string; qos: 0 | 1 }; report: object };
  /** How many it has got so far. */
  counted: { order: object; report: { count: number } };
}

export interface ConnectOrder {
  port: number;
  first: number;
  count: number;
  metrics: number;
}

export interface LoadReport {
  sent: number;
  acknowledged: number;
  /** Messages that were due while their device's socket was full. */
  heldBack: number;
  /** Devices that are still connected. */
  open: number;
}

/** The secret of all devices of the bench. */
export const SECRET = 'bench-secret-of-forty-characters-in-all!';
export const SITES = 500;
export const TYPE = 'pv-inverter';

export const deviceOf = (index: number) => `bench-${String(index).padStart(5, '0')}`;
export const siteOf = (index: number) => `site-${index % SITES}`;
/** Each device is its own node. */
export const topicOf = (index: number) => `estate/v1/${siteOf(index)}/data/${deviceOf(index)}/${deviceOf(index)}`;
