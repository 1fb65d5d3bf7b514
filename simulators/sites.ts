import { type Millis, MINUTE, SECOND } from '#estate/units.ts';
import { phasesOf } from './car.ts';
import { offerOf, powerAt } from './charger/charger.ts';
import type { Station } from './charger/station.ts';
import type { FleetOptions } from './fleet.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { SiteTruth } from './run/truth.ts';
import { createSiteField, type SiteField, type SiteState } from './site/field.ts';
import { type Charging, type Phases, total } from './site/moment.ts';
import { createSite } from './site/site.ts';
import type { SitePlan } from './estate/plan.ts';
import { createWeather } from './weather/weather.ts';
import { ownWires, type Wires } from './wires.ts';

/** The sites of a fleet, each with its field and what connects there. */
export interface Sites {
  start(): void;
  stop(): Promise<void>;
  tick(now: Millis): void;
  remember(now: Millis): void;
  /** Measured values that were acknowledged. */
  points(): number;
  truths(): SiteTruth[];
  /** What each grid connection carries now. */
  gridLoads(now: Millis): GridLoad[];
  /** Of all sites: a gateway at each, or every device. */
  readonly gateways: readonly Gateway[];
  snapshot(): Record<string, SiteState>;
}

/** What a grid connection carries, import +, and what it may carry, W. */
export interface GridLoad {
  site: string;
  importW: number;
  limitW: number;
}

export function createSites(
  wires: Wires,
  options: FleetOptions,
  life: { seed: string; from: Millis; stations: readonly Station[] },
): Sites {
  const { mqttUrl } = options;
  const stationsOf = Map.groupBy(life.stations, (station) => station.plan.site);
  const standing = options.estate.sites.filter(({ id }) => stationsOf.has(id));
  const connected = mqttUrl === undefined ? [] : standing;
  const weather = createWeather(options.weather ?? 'drawn', life.seed);
  const fieldOf = (plan: SitePlan) => {
    const saved = options.state?.sites[plan.id];
    return createSiteField(plan, { seed: `${life.seed}/${plan.id}`, now: life.from, saved, weather });
  };
  const charging = (site: string, now: Millis) => chargingAt(stationsOf.get(site) ?? [], now);
  const fields = new Map(connected.map((plan) => [plan.id, fieldOf(plan)]));
  const unread = unreadFields(fieldOf);
  const sites = connected.flatMap((plan) => {
    const field = fields.get(plan.id);
    if (!field || mqttUrl === undefined) return [];
    return createSite(
      { field, wires: (node) => ownWires(wires, `${life.seed}/${node}/wire/${life.from}`) },
      {
        plan,
        url: (node) => (typeof mqttUrl === 'string' ? mqttUrl : mqttUrl(node)),
        secret: options.secrets,
        root: options.mqttRoot ?? 'estate/v1',
        hostId: options.hostId ?? 'main',
        periodMs: options.readingPeriodMs ?? 10 * SECOND,
        charging: (now) => charging(plan.id, now),
      },
    );
  });
  return {
    start: () => sites.forEach((each) => each.start()),
    stop: async () => void (await Promise.all(sites.map((each) => each.stop()))),
    tick: (now) => sites.forEach((each) => each.tick(now)),
    remember: (now) => sites.forEach((each) => each.remember(now)),
    points: () => sites.reduce((sum, { points }) => sum + points, 0),
    truths: () => sites.map((each) => each.truth()),
    gridLoads: (now) =>
      standing.map((plan) => {
        const cars = charging(plan.id, now);
        const field = fields.get(plan.id) ?? unread(plan, now, cars);
        return { site: plan.id, importW: field.baseW + total(cars.powerW), limitW: plan.gridLimitW };
      }),
    gateways: sites.flatMap(({ gateways }) => gateways),
    snapshot: () => Object.fromEntries([...fields].map(([id, { state }]) => [id, state])),
  };
}

/** The fields of sites without a gateway, each as it was at most a minute ago. */
function unreadFields(fieldOf: (plan: SitePlan) => SiteField) {
  const known = new Map<string, { field: SiteField; dueAt: Millis }>();
  return (plan: SitePlan, now: Millis, charging: Charging): SiteField => {
    const { field, dueAt } = known.get(plan.id) ?? { field: fieldOf(plan), dueAt: -Infinity };
    if (now < dueAt) return field;
    field.advance(now, charging);
    known.set(plan.id, { field, dueAt: now + MINUTE });
    return field;
  };
}

/** What the cars at some stations take; on each phase of their site by the rotation of each connection. */
function chargingAt(stations: readonly Station[], now: Millis): Charging {
  const powerW: Phases = [0, 0, 0];
  let energyWh = 0;
  for (const { charger, plan } of stations) {
    for (const outlet of charger.outlets) {
      energyWh += outlet.registerWh - (plan.registersWh[outlet.evse - 1] ?? 0);
      if (!outlet.car || !outlet.session) continue;
      const phases = phasesOf(outlet.car, offerOf(charger, outlet, now));
      const perPhase = powerAt(charger, outlet, now) / phases;
      for (let phase = 0; phase < phases; phase++)
        powerW[(plan.rotation + phase) % 3] = (powerW[(plan.rotation + phase) % 3] ?? 0) + perPhase;
    }
  }
  return { powerW, energyWh };
}
