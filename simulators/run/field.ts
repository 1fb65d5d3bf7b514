import { type Clock, type HandClock, handClock, scaledClock, steadyMs, systemClock } from '#estate/clock.ts';
import type { Log } from '#estate/log.ts';
import type { Millis } from '#estate/units.ts';
import type { EstatePlan } from '../estate/plan.ts';
import { fieldDeviceId } from '../estate/plan.ts';
import { type LanePeer, type Lanes, lanesFor } from '../faults/proxy/lanes.ts';
import { FAULTS } from '../faults/list.ts';
import { type Fleet, startEstate } from '../fleet.ts';
import type { Scenario, StageFault } from '../scenario/scenario.ts';
import { type Attendance, createAttendance } from '../verify/attendance.ts';
import { type Activity, createActivity } from './activity.ts';
import { chosen } from './chosen.ts';
import { joinedProbe } from './joined-probe.ts';
import { createMeasure, type Measure } from './measure/measure.ts';
import type { PlatformTime } from './platform-time.ts';

/** Where the field connects, as the platform says. */
export interface Ways {
  ocppUrl: string;
  mqttUrl: string;
}

/** An estate brought to life for a run, and those who look on. */
export interface Field extends AsyncDisposable {
  fleet: Fleet;
  clock: HandClock;
  measure: Measure;
  activity: Activity;
  attendance: Attendance;
  lanes: Lanes;
  /** Whom a fault of the scenario befalls, by id. */
  befallen(fault: StageFault): Befallen;
  /** The lanes by which they come, when it is one of the network. */
  lanesOf(fault: StageFault): ReturnType<Lanes['of']>;
}

export interface Befallen {
  chargers: ReadonlySet<string>;
  gateways: ReadonlySet<string>;
}

export interface FieldInput {
  scenario: Scenario;
  estate: EstatePlan;
  ways: Ways;
  /** The simulated time at which it begins. */
  startMs: Millis;
  speed: number;
  /** The time by which the platform judges. */
  platform: Pick<PlatformTime, 'now' | 'speed'>;
  secrets: (id: string) => string;
  log: Log;
}

/** Who shall be waited for by nobody: a condition of the network may take as long as it likes. */
const isOfNetwork = ({ fault }: StageFault) => FAULTS.some(({ name, kind }) => name === fault && kind === 'network');

/** Builds the fleet of a scenario on a clock of its own, which stands still; who connects is not waited for. */
export async function bringToLife(input: FieldInput): Promise<Field> {
  const { scenario, estate, ways, startMs, speed, platform, secrets, log } = input;
  const clock = handClock(startMs);
  const activity = createActivity({ clock: systemClock, steadyMs });
  const faults = scenario.stages.flatMap((stage) => stage.faults);
  const measure = createMeasure({
    steadyMs,
    chargers: estate.chargers.map(({ id }) => id),
    gateways: gatewaysOf(estate).length,
    hasGridLimits: scenario.estate.grid === 'as-built',
    hasStrangers: faults.some(({ fault }) => fault === 'hostile'),
    hasOrders: scenario.stages.some(({ orders }) => orders.length > 0),
  });
  const attendance = createAttendance(() => platform.now());
  const befallen = new Map(
    faults.map((fault, number) => [fault, whom(fault, { estate, seed: scenario.seed, number })]),
  );
  const { lanes, ofNetwork } = await openLanes(scaledClock({ startMs: systemClock.now(), speed }), {
    scenario,
    estate,
    ways,
    befallen,
  });
  const { fleet: wanted } = scenario;
  const fleet = await startEstate({
    estate,
    secrets,
    seed: scenario.seed,
    ocppUrl: (id) => lanes.urlOf({ id, url: ways.ocppUrl }),
    ...(scenario.estate.devices ? { mqttUrl: (id: string) => lanes.urlOf({ id, url: ways.mqttUrl }) } : {}),
    clock,
    log,
    probe: joinedProbe(activity.probe, measure.probe, attendance),
    drivers: wanted.drivers,
    arrivals: wanted.arrivals,
    plugged: wanted.plugged,
    meterIntervalS: wanted.meterValuesMs / 1_000,
    readingPeriodMs: wanted.readingsMs,
    tickMs: scenario.stepMs,
    slowHeart: Math.max(1, speed / platform.speed),
    listsConfirmed: false,
    connectWithinMs: 0,
  });
  const nobody: Befallen = { chargers: new Set(), gateways: new Set() };
  return {
    fleet,
    clock,
    measure,
    activity,
    attendance,
    lanes,
    befallen: (fault) => befallen.get(fault) ?? nobody,
    lanesOf: (fault) => (ofNetwork.includes(fault) ? lanes.of(ofNetwork.indexOf(fault)) : []),
    async [Symbol.asyncDispose]() {
      await fleet.stop();
      await lanes[Symbol.asyncDispose]();
    },
  };
}

async function openLanes(
  clock: Clock,
  {
    scenario,
    estate,
    ways,
    befallen,
  }: Pick<FieldInput, 'scenario' | 'estate' | 'ways'> & { befallen: Map<StageFault, Befallen> },
): Promise<{ lanes: Lanes; ofNetwork: StageFault[] }> {
  const ofNetwork = [...befallen.keys()].filter(isOfNetwork);
  const peers: LanePeer[] = [
    ...estate.chargers.map(({ id }) => ({ id, url: ways.ocppUrl })),
    ...estate.sites.map(({ id }) => ({ id: fieldDeviceId(id, 'gateway'), url: ways.mqttUrl })),
  ];
  const sets = ofNetwork.map((fault) => {
    const { chargers, gateways } = befallen.get(fault) ?? {};
    return new Set([...(chargers ?? []), ...(gateways ?? [])]);
  });
  return { lanes: await lanesFor({ clock, seed: scenario.seed }, { peers, befallen: sets }), ofNetwork };
}

function gatewaysOf({ sites }: EstatePlan): { id: string; site: string }[] {
  const furnished = sites.filter(({ devices }) => devices.length > 0);
  return furnished.map(({ id }) => ({ id: fieldDeviceId(id, 'gateway'), site: id }));
}

function whom(
  { on, fault }: StageFault,
  { estate, seed, number }: { estate: EstatePlan; seed: string; number: number },
): Befallen {
  const draw = `${seed}/befallen/${fault}/${number}`;
  const gateways = gatewaysOf(estate);
  const ids = (all: readonly { id: string }[]) => new Set(all.map(({ id }) => id));
  const places = estate.sites.map(({ id }) => ({ id, site: id }));
  const sites = ids(chosen(places, on.sites, `${draw}/sites`));
  const there = <T extends { site: string }>(all: readonly T[]) => all.filter(({ site }) => sites.has(site));
  const touches = FAULTS.find(({ name }) => name === fault)?.befalls ?? [];
  return {
    chargers: ids(touches.includes('charger') ? chosen(there(estate.chargers), on.chargers, `${draw}/chargers`) : []),
    gateways: ids(touches.includes('gateway') ? chosen(there(gateways), on.gateways, `${draw}/gateways`) : []),
  };
}
