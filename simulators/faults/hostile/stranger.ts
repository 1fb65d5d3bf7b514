/** What is seen of a stranger's doing. */
export type Seen =
  /** Not let in: a status of 400 or more to a handshake, a return code of MQTT, 401, 403 or 429 of the API. */
  | 'refused'
  /** The connection was ended. */
  | 'closed'
  /** Answered, with an error. */
  | 'error'
  /** Passed over, and served as before. */
  | 'passed over'
  /** Answered, as anyone. */
  | 'answered'
  /** Neither an answer nor an end came in time. */
  | 'nothing';

/** Somebody who does at the platform what nobody should. */
export interface Stranger {
  name: string;
  /** What must be seen, one of these. */
  expected: readonly Seen[];
  act(scene: Scene): Promise<Seen>;
}

/** Where strangers act, and as whom. Both are registered for them, so that no one of the fleet is disturbed. */
export interface Scene {
  api: string;
  key: string;
  ocppUrl: string;
  mqttUrl: string;
  mqttRoot: string;
  charger: { id: string; secret: string };
  gateway: { id: string; site: string; secret: string };
}
