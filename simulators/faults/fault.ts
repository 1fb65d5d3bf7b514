import type { Clock } from '#estate/clock.ts';
import type { Random } from '#estate/random.ts';
import type { z } from 'zod';
import type { Interference } from '../charger/interference.ts';
import type { ChargerPlan, DevicePlan } from '../estate/plan.ts';
import type { GatewayInterference } from '../gateway/interference.ts';
import type { SimulatedCharger } from '../simulated-charger.ts';
import type { Conditions } from './proxy/conditions.ts';
import type { Lane } from './proxy/lane.ts';

/** Something that goes wrong on purpose. */
export interface Fault<Parameters extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** Where it lies: in the network between, in chargers (and gateways alike), in devices, or in the platform itself. */
  readonly kind: 'network' | 'charger' | 'device' | 'target';
  /** Whom of those chosen it touches at all. */
  readonly befalls: readonly ('charger' | 'gateway')[];
  /** Whether it does anything to a charger, or to what speaks for these devices; absent: to each. */
  reachesCharger?(charger: ChargerPlan, parameters: z.output<Parameters>): boolean;
  reachesGateway?(devices: readonly DevicePlan[], parameters: z.output<Parameters>): boolean;
  /** It takes the connection of those it befalls: their return counts from its end. */
  readonly severs?: true;
  readonly parameters: Parameters;
  /** What is wrong with one of them beside the others, and what is expected instead; absent: any go together. */
  objection?(parameters: z.output<Parameters>): { parameter: string; message: string } | null;
  /** In a few words, as `latency 500ms`. */
  describe(parameters: z.output<Parameters>): string;
  /** Begins it; what is returned ends it. */
  begin(on: Befallen, parameters: z.output<Parameters>): End;
}

/** Ends a fault; resolves once all is as it was. */
export type End = () => void | Promise<void>;

/** Whom and what a fault befalls; of each only those that were chosen. */
export interface Befallen {
  chargers: readonly BefallenCharger[];
  gateways: readonly BefallenGateway[];
  /** The lanes by which these chargers and gateways reach the platform; only a fault of the network has some. */
  lanes: readonly Lane[];
  /** The clock of the fleet. */
  clock: Clock;
  /** A stream of chance of this fault and whom it is named for, so that no one's depends on another's. */
  random: (of: string) => Random;
  /** What the platform is reached by. */
  target: BefallenTarget;
  /** Is told of each stranger that came, by its name. */
  came: (stranger: string) => void;
  /** Takes what went wrong that should not have, in a sentence. */
  report: (error: string) => void;
}

export type BefallenCharger = Pick<
  SimulatedCharger,
  'id' | 'plan' | 'transaction' | 'cut' | 'reboot' | 'setFault' | 'interfere'
>;

export interface BefallenGateway {
  readonly id: string;
  readonly devices: readonly DevicePlan[];
  /** Cuts the wire without a word; it comes back after the delay. */
  cut(delayMs: number): void;
  /** Changes how it speaks, until the returned function is called. */
  interfere(interference: GatewayInterference): () => void;
  /** Raises a condition of a device, or clears it. */
  condition(device: string, code: string, isActive: boolean): void;
}

export interface BefallenTarget {
  /** The HTTP API, and a key that may register. */
  api: string;
  key: string;
  ocppUrl: string;
  mqttUrl: string;
  mqttRoot: string;
  /** A site at which strangers may be registered. */
  site: string;
  /** Says how much longer each of its commits takes, ms; null: it is not an instance of ours. */
  delayCommits: ((delayMs: number) => void) | null;
}

/** All ends as one, the last begun first. */
export function allEnd(ends: readonly (() => void)[]): End {
  return () => {
    for (const end of ends.toReversed()) end();
  };
}

/** Interferes with each charger and each gateway. */
export function interfering(
  { chargers, gateways }: Befallen,
  how: {
    charger?: (charger: BefallenCharger) => Interference;
    gateway?: (gateway: BefallenGateway) => GatewayInterference;
  },
): End {
  const { charger, gateway } = how;
  return allEnd([
    ...(charger ? chargers.map((each) => each.interfere(charger(each))) : []),
    ...(gateway ? gateways.map((each) => each.interfere(gateway(each))) : []),
  ]);
}

/** Makes the lanes of whom a fault befalls worse. */
export function worsened({ lanes }: Befallen, conditions: Partial<Conditions>): End {
  return allEnd(lanes.map((lane) => lane.impose(conditions)));
}
