import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { ChargerRef } from '../domain.ts';

export type MessagePriority = 'always-front' | 'in-front' | 'normal-cycle';

/** A text on the display of a charger (OCPP 2.0.1 functional block O). */
export interface DisplayedMessage {
  /** The number under which the charger holds it. */
  id: number;
  priority: MessagePriority;
  /** In which state of the charger it is shown: `charging`, `faulted`, `idle`, `unavailable`; null: in all. */
  state: string | null;
  /** Null: at once, and for ever. */
  from: Millis | null;
  to: Millis | null;
  /** Only as long as this transaction runs. */
  transaction: string | null;
  /** `ascii`, `html`, `uri` or `utf8`. */
  format: string;
  language: string | null;
  content: string;
  /** The display's component, and its EVSE; null: the main one. */
  display: string | null;
  evse: number | null;
}

/** The face of the displays; what resolves is committed. */
export interface Displays {
  /** A charger took it on; of `always-front` it holds one, the newest. */
  set(charger: ChargerRef, message: DisplayedMessage, at: Millis): Promise<void>;
  cleared(charger: ChargerRef, id: number): Promise<void>;
  /** A charger is about to be asked what it holds; a whole list leaves nothing out. */
  listAsked(asked: { charger: DeviceId; request: number; whole: boolean; at: Millis }): Promise<void>;
  /** A part of the list. With the last part of a whole one, what it did not name is gone. */
  listed(part: {
    charger: DeviceId;
    request: number;
    more: boolean;
    messages: DisplayedMessage[];
    at: Millis;
  }): Promise<void>;
  /** By number, without those whose time or transaction is over. */
  messages(query: { charger: DeviceId; at: Millis; after?: number; limit: number }): Promise<DisplayedMessage[]>;
}
