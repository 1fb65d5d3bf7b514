import { z } from 'zod';
import type { Millis } from '#estate/units.ts';
import type { DevicePlan, FieldDeviceType, SitePlan } from '../estate/plan.ts';
import type { Stream } from '../physics/noise.ts';
import type { Moment } from '../site/moment.ts';

/** What a device says of one of its metrics when it is born. */
export interface Metric {
  /** UCUM. */
  unit: string;
  min?: number;
  max?: number;
  /** The codes that it may show. */
  codes?: readonly number[];
  /** A command may set it, to what it may show. */
  rw?: true;
}

/** A condition that a device may come into by itself, and that it tells as an event. */
export interface Condition {
  code: string;
  /** As in OPC UA: 1 to 1000. */
  severity: number;
  text: string;
  /** How often it comes, and for how long at least and at most. */
  aYear: number;
  lastsMs: readonly [Millis, Millis];
}

export type Numbers = Record<string, number>;

/** Where a device stands and what holds for it. */
export interface Standing {
  readonly plan: DevicePlan;
  readonly site: SitePlan;
  /** Its own stream of chance. */
  readonly chance: Stream;
  /** What commands have set; what they have not is the device's own. */
  set: Readonly<Partial<Numbers>>;
  /** The codes of the conditions that hold. */
  conditions: readonly string[];
}

/** A device at its place. */
export interface Device {
  readonly kind: DeviceKind;
  readonly standing: Standing;
  /** What it keeps over a power cut. */
  readonly state: Numbers;
  /** Moves it on over the span of the moment. */
  advance(moment: Moment): void;
  read(moment: Moment): Numbers;
}

/** A type of device as it is simulated. */
export interface DeviceKind {
  readonly type: FieldDeviceType;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly conditions: readonly Condition[];
  /** What it shows changes slowly, so it is not read as often as a meter. */
  readonly isSlow: boolean;
  place(standing: Standing, saved: unknown): Device;
}

export interface Definition<State extends Numbers> {
  type: FieldDeviceType;
  metrics: Record<string, Metric>;
  conditions?: readonly Condition[];
  isSlow?: true;
  state: z.ZodType<State>;
  /** As it was put up. */
  begin: (standing: Standing) => State;
  advance?: (state: State, moment: Moment, standing: Standing) => void;
  read: (state: State, moment: Moment, standing: Standing) => Numbers;
}

/** Seals what kind of state a device has, so that all can stand in one list. */
export function deviceKind<State extends Numbers>(definition: Definition<State>): DeviceKind {
  const { type, metrics, conditions = [], isSlow = false, advance, read } = definition;
  const kind: DeviceKind = {
    type,
    metrics,
    conditions,
    isSlow,
    place(standing, saved) {
      // What was saved by another version of this device is of no use to it.
      const state = definition.state.safeParse(saved).data ?? definition.begin(standing);
      return {
        kind,
        standing,
        state,
        advance: (moment) => advance?.(state, moment, standing),
        read: (moment) => read(state, moment, standing),
      };
    },
  };
  return kind;
}

/** Of a device that keeps nothing. */
export const stateless = { state: z.object({}), begin: () => ({}) };
