import { type Clock, systemClock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import { type Log, silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { DAY, HOUR, type Millis, MINUTE, SECOND } from '#estate/units.ts';
import { deafProbe, type Probe } from './probe.ts';
import { createSlots } from './slots.ts';
import { tick as tickCharger } from './charger/charger.ts';
import { startLink, stopLink } from './charger/link.ts';
import { createStation, stateOf, type Station, type StationLife, tickStation, truthOf } from './charger/station.ts';
import type { ToldTruth } from './charger/truth.ts';
import type { TruthBounds } from './charger/truth-keeper.ts';
import type { EstatePlan } from './estate/plan.ts';
import type { FleetState } from './fleet-state.ts';
import type { Gateway } from './gateway/gateway.ts';
import { handleOf, type SimulatedCharger } from './simulated-charger.ts';
import type { Visitors } from './site-kinds.ts';
import { createSites, type GridLoad, type Sites } from './sites.ts';
import type { SiteTruth } from './run/truth.ts';
import { type FleetTotals, totalsOf } from './totals.ts';
import { createTraffic, type Traffic, type TrafficOptions } from './traffic.ts';
import { createTravelClock, type TravelClock } from './travel-clock.ts';
import type { WeatherChoice } from './weather/weather.ts';
import type { Wires } from './wires.ts';

export type { SimulatedCharger } from './simulated-charger.ts';

export interface FleetOptions {
  estate: EstatePlan;
  /** `ws://host:port/ocpp`, to which the identity is added; or that of each charger. */
  ocppUrl: string | ((charger: string) => string);
  /** The broker, or that of each gateway or device that connects. Without it none does. */
  mqttUrl?: string | ((node: string) => string);
  mqttRoot?: string;
  hostId?: string;
  /** The secret of a charger, and of a gateway or device that connects. */
  secrets: (id: string) => string;
  /** The authorities that chargers trust behind wss://, PEM. */
  roots?: string;
  /** Seed of all chance after the estate's description; the estate's own by default. */
  seed?: number | string;
  clock?: Clock;
  log?: Log;
  /** Hears what goes over the wires. */
  probe?: Probe;
  /** Whether drivers come by themselves, and how many times as many as usual. */
  drivers?: boolean;
  arrivals?: number;
  /** Who they are; people of small towns unless told. */
  visitors?: Visitors;
  /** The share of EVSEs at which a car stands from the start and charges for long. */
  plugged?: number;
  /** Only the first so many chargers. */
  chargers?: number;
  meterIntervalS?: number;
  /** How many times slower hearts beat than the platform asks: the speed of the simulated time, for it does not know that. */
  slowHeart?: number;
  /** How often everything takes a step, ms; each second unless told. */
  tickMs?: number;
  /** Over all sites; drawn by region unless told. */
  weather?: WeatherChoice;
  /** How often a site's devices are read, ms. */
  readingPeriodMs?: number;
  /** So much of the past is lived through first, and told once connected. */
  historyHours?: number;
  /** Where an earlier fleet of the same estate stopped; the time between is lived through first. */
  state?: FleetState | null;
  /** Handshakes under way at once. */
  handshakes?: number;
  /** How many sessions a charger's truth remembers. */
  truthBound?: number;
  /** Whether it lists each confirmed message, too; unless told otherwise it does. */
  listsConfirmed?: boolean;
  /** How long to wait until all chargers are accepted; 0: do not wait. */
  connectWithinMs?: number;
}

export interface Fleet extends AsyncDisposable {
  /** How many chargers it has. */
  readonly size: number;
  /** All of them in hand, taken anew each time. */
  readonly chargers: readonly SimulatedCharger[];
  /** `not-found` when the fleet has no such charger. */
  charger(id: string): SimulatedCharger;
  /** What speaks for a device; `not-found` when the fleet has no such device. */
  gatewayOf(device: string): Gateway;
  /** All that connects by MQTT: the gateway of each site or, where a site has none, its devices. */
  readonly gateways: readonly Gateway[];
  /** Resolves when each charger has been accepted once. */
  connected(): Promise<void>;
  /** What each grid connection of a site with chargers carries now. */
  gridLoads(): GridLoad[];
  truth(): ToldTruth[];
  siteTruths(): SiteTruth[];
  /** What it has come to, added up. */
  totals(): FleetTotals;
  /** Where everything is now, as plain JSON. */
  snapshot(): FleetState;
  stop(): Promise<void>;
}

interface Parts {
  clock: TravelClock;
  stations: Station[];
  traffic: Traffic;
  sites: Sites;
}

const TICK_MS = SECOND;
const AGEING_STEP_MS = 10 * SECOND;
const AGEING_SAMPLE_MS = 5 * MINUTE;
/** How often a site's devices were read in the past: seldom, but often in the hours that are looked at closely. */
const AGEING_READ_MS = 5 * MINUTE;
const AGEING_READ_LATELY_MS = MINUTE;
const LATELY_MS = 3 * HOUR;

/**
 * Brings an estate to life: its chargers over OCPP, its sites over MQTT. Resolves when all chargers are accepted, or
 * throws `timed-out`. One timer drives everything. Timers do not keep a process alive; open sockets do.
 */
export async function startEstate(given: FleetOptions): Promise<Fleet> {
  const options = { ...given, state: structuredClone(given.state ?? null) };
  const clock = createTravelClock(options.clock ?? systemClock);
  const seed = String(options.seed ?? options.estate.seed);
  const ground = { clock, random: seededRandom(`${seed}/fleet/${clock.now()}`), log: options.log ?? silentLog };
  const from = startOfLife(options, clock.now());
  const waiting = new Set(chosen(options).map(({ id }) => id));
  const all = Promise.withResolvers<void>();
  const onReady = (id: string) => {
    waiting.delete(id);
    if (waiting.size === 0) all.resolve();
  };
  const wires = { ground, slots: createSlots(options.handshakes ?? 200), probe: options.probe ?? deafProbe };
  const parts = assemble({ ...wires, clock }, options, { seed, from, onReady });
  age(parts, from, clock.now());

  for (const station of parts.stations) startLink(station);
  parts.sites.start();
  const stopTicking = clock.every(options.tickMs ?? TICK_MS, () => tick(parts, clock.now()));
  const fleet = fleetOf(parts, {
    seed,
    stopTicking,
    connected: () => (waiting.size === 0 ? Promise.resolve() : all.promise),
  });

  const withinMs = options.connectWithinMs ?? MINUTE;
  if (withinMs === 0) return fleet;
  const giveUp = clock.after(withinMs, () => all.reject(tooSlow(waiting, withinMs)));
  try {
    await fleet.connected();
    return fleet;
  } catch (error) {
    await fleet.stop();
    throw error;
  } finally {
    giveUp();
  }
}

function tooSlow(waiting: Set<string>, withinMs: number): PolisError {
  const [some] = waiting;
  return new PolisError(
    'timed-out',
    waiting.size === 1
      ? `Charger ${some} was not accepted within ${withinMs / SECOND} s; look at why its handshake is refused.`
      : `${waiting.size} chargers, ${some} among them, were not accepted within ${withinMs / SECOND} s; look at why their handshakes are refused.`,
  );
}

function chosen({ estate, chargers }: FleetOptions) {
  return estate.chargers.slice(0, chargers ?? estate.chargers.length);
}

function startOfLife({ state, historyHours = 0 }: FleetOptions, now: Millis): Millis {
  return state ? Math.min(now, Math.max(state.savedAt, now - DAY)) : now - historyHours * HOUR;
}

function assemble(
  deps: Wires & { clock: TravelClock },
  options: FleetOptions,
  { seed, from, onReady }: { seed: string; from: Millis; onReady: (id: string) => void },
): Parts {
  const { ocppUrl, state, drivers = false, arrivals = 1, visitors = 'town', plugged = 0 } = options;
  const life: StationLife = {
    roots: options.roots,
    seed,
    from,
    meterIntervalS: options.meterIntervalS ?? 60,
    slowHeart: options.slowHeart ?? 1,
    truthBounds: truthBounds(options),
    onReady,
  };
  const stations = chosen(options).map((plan) => {
    const url = typeof ocppUrl === 'string' ? ocppUrl : ocppUrl(plan.id);
    const saved = state?.chargers[plan.id]?.station;
    return createStation(deps, { plan, url, secret: options.secrets(plan.id), saved }, life);
  });
  const tokensOf = cardsOf(options.estate);
  const wanted = { seed, now: from, arrivals: drivers ? arrivals : 0, visitors, plugged, tokensOf };
  const traffic = createTraffic(stations, wanted, (charger) => state?.chargers[charger]?.visits);
  return { clock: deps.clock, stations, traffic, sites: createSites(deps, options, { seed, from, stations }) };
}

function truthBounds({ truthBound: sessions = Infinity, listsConfirmed = true }: FleetOptions): TruthBounds {
  return { sessions, confirmed: listsConfirmed ? sessions : 0 };
}

/** The two cards whose holders use an EVSE. */
function cardsOf(estate: EstatePlan): TrafficOptions['tokensOf'] {
  const accepted = estate.tokens.filter((each) => each.status === 'accepted').map((each) => each.token);
  const first = new Map<string, number>();
  let count = 0;
  for (const { id, evses } of estate.chargers) {
    first.set(id, count);
    count += 2 * evses;
  }
  return (charger, evse) => {
    const at = (first.get(charger) ?? 0) + 2 * (evse - 1);
    return accepted.slice(at, at + 2);
  };
}

/** Lives through past time, off line: what happens waits in the outboxes and backlogs. */
function age({ clock, stations, traffic, sites }: Parts, from: Millis, to: Millis): void {
  let readAt = from + AGEING_READ_MS;
  for (let at = from + AGEING_STEP_MS; at < to; at += AGEING_STEP_MS) {
    clock.hold(at);
    traffic.tick(at);
    for (const { charger } of stations) tickCharger(charger, at, AGEING_SAMPLE_MS);
    if (at < readAt) continue;
    sites.remember(at);
    readAt = at + (to - at > LATELY_MS ? AGEING_READ_MS : AGEING_READ_LATELY_MS);
  }
  clock.hold(null);
}

function tick({ stations, traffic, sites }: Parts, now: Millis): void {
  traffic.tick(now);
  for (const station of stations) tickStation(station, now);
  sites.tick(now);
}

function fleetOf(parts: Parts, life: { seed: string; stopTicking: () => void; connected: () => Promise<void> }): Fleet {
  const { clock, stations, traffic, sites } = parts;
  const byId = new Map(stations.map((station) => [station.plan.id, station]));
  const stop = async () => {
    life.stopTicking();
    await Promise.all([...stations.map(stopLink), sites.stop()]);
  };
  return {
    size: stations.length,
    // Of thousands of stations few are ever taken in hand.
    get chargers() {
      return stations.map((station) => handleOf(station, clock));
    },
    charger(id) {
      const found = byId.get(id);
      if (!found) throw new PolisError('not-found', `The fleet has no charger ${id}.`);
      return handleOf(found, clock);
    },
    gatewayOf(device) {
      const found = sites.gateways.find(({ devices }) => devices.some(({ id }) => id === device));
      if (!found) throw new PolisError('not-found', `The fleet has no device ${device}.`);
      return found;
    },
    gateways: sites.gateways,
    connected: life.connected,
    gridLoads: () => sites.gridLoads(clock.now()),
    truth: () => stations.map(truthOf),
    siteTruths: () => sites.truths(),
    totals: () => totalsOf(stations, sites),
    snapshot() {
      const visits = traffic.visits();
      return structuredClone({
        version: 1,
        savedAt: clock.now(),
        seed: life.seed,
        chargers: Object.fromEntries(
          stations.map((station) => {
            const { id } = station.plan;
            return [id, { station: stateOf(station), visits: visits[id] ?? {} }];
          }),
        ),
        sites: sites.snapshot(),
      });
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
