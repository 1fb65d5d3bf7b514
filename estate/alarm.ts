import type { DeviceId, SiteId } from './ids.ts';
import type { Millis } from './units.ts';

export type AlarmPriority = 'low' | 'medium' | 'high' | 'critical';

/** A state of the estate that needs a person (ISA-18.2): one per cause, not per message. */
export interface Alarm {
  /** `{cause}:{device}`: the same cause at the same device is the same alarm. */
  id: string;
  cause: string;
  site: SiteId | null;
  device: DeviceId;
  priority: AlarmPriority;
  text: string;
  /** What to do about it, one sentence. */
  action: string;
  since: Millis;
  /** Null while active. */
  clearedAt: Millis | null;
}
