/** Something on a wire that has an end: a handshake, a call that waits for its answer, a publish that waits for its PUBACK. */
export interface Undertaking {
  kind: 'connect' | 'call' | 'publish';
  /** The charger or gateway. */
  peer: string;
  /** What is called or published: an OCPP action, a kind of MQTT message. */
  name: string;
}

/** The name of what is published such that nobody can read it. */
export const GARBLED = 'garbled';

/** How an undertaking ended: well; with an error of the other side; without an answer. */
export type Outcome = { kind: 'done' } | { kind: 'error'; error: string } | { kind: 'lost' };

/** Hears what a fleet does on its wires. */
export interface Probe {
  /** Something is under way; the returned function is called once, when it ended. */
  begin(what: Undertaking): (outcome: Outcome) => void;
  /** A charger or gateway is accepted and can work, or is gone. */
  standing(peer: string, isUp: boolean): void;
  /** The platform asked something of a charger or device. */
  asked(peer: string, name: string): void;
}

/** Hears nothing. */
export const deafProbe: Probe = { begin: () => () => {}, standing() {}, asked() {} };
