import { type Millis, MINUTE } from '#estate/units.ts';
import type { SitePlan } from '../estate/plan.ts';
import { nodesOf } from '../estate/nodes.ts';
import { createGateway, type Gateway, type GatewayDeps, type GatewayOptions } from '../gateway/gateway.ts';
import { createSiteTruthKeeper } from '../gateway/truth-keeper.ts';
import type { SiteTruth } from '../run/truth.ts';
import type { Wires } from '../wires.ts';
import { type SiteField, SLOW_MS } from './field.ts';
import type { Charging } from './moment.ts';

/** A site at work: its field, and the nodes that speak for its devices. */
export interface Site {
  readonly gateways: readonly Gateway[];
  /** Measured values that were acknowledged. */
  readonly points: number;
  start(): void;
  stop(): Promise<void>;
  /** Moves the field on, and reads the devices when it is time. */
  tick(now: Millis): void;
  /** Reads them at a past time, to be told as history. */
  remember(now: Millis): void;
  truth(): SiteTruth;
}

export interface SiteOptions extends Omit<GatewayOptions, 'node' | 'url' | 'secret'> {
  plan: SitePlan;
  /** Where a node connects, and with what secret. */
  url: (node: string) => string;
  secret: (node: string) => string;
  /** What the site's cars take. */
  charging: (now: Millis) => Charging;
}

/** Between two readings, too, cars come and go, and the battery follows them. */
const LONGEST_STEP_MS = MINUTE;
/** Of the past, less is kept of what changes slowly. */
const SLOW_HISTORY_MS = 15 * MINUTE;

/** @param deps.wires what a node's wire stands on. */
export function createSite(
  { field, wires }: { field: SiteField; wires: (node: string) => Wires },
  { plan, url, secret, charging, ...options }: SiteOptions,
): Site {
  const keeper = createSiteTruthKeeper(plan);
  const spread = () => {
    for (const event of field.news()) {
      keeper.happened(event);
      speakerOf.get(event.device)?.happened(event);
    }
  };
  const devices: GatewayDeps['devices'] = {
    set: (...given) => field.set(...given),
    condition(device, code, is) {
      field.condition(device, code, is);
      spread();
    },
  };
  const gateways = nodesOf(plan).map((node) =>
    createGateway(
      { ...wires(node.id), devices, keeper },
      { ...options, node, url: url(node.id), secret: secret(node.id) },
    ),
  );
  const speakerOf = new Map(gateways.flatMap((each) => each.devices.map(({ id }) => [id, each])));
  const read = (now: Millis, slowMs: number) => {
    const readings = field.read(now, charging(now), slowMs);
    spread();
    return readings;
  };
  const pass = (now: Millis) => {
    if (now < field.state.countedTo + LONGEST_STEP_MS) return;
    field.advance(now, charging(now));
    spread();
  };
  let dueAt = 0;
  return {
    gateways,
    get points() {
      return keeper.points;
    },
    start: () => gateways.forEach((each) => each.start()),
    stop: async () => void (await Promise.all(gateways.map((each) => each.stop()))),
    tick(now) {
      for (const each of gateways) each.tick(now);
      if (now < dueAt) return pass(now);
      dueAt = now + options.periodMs;
      const readings = read(now, SLOW_MS);
      for (const each of gateways) each.showed(readings, now);
    },
    remember(now) {
      const readings = read(now, SLOW_HISTORY_MS);
      for (const each of gateways) each.remember(readings, now);
    },
    truth: () => keeper.truth(),
  };
}
