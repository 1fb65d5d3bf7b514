import { type Clock, type HandClock, handClock, scaledClock, steadyMs, systemClock } from '#estate/clock.ts';
import type { Log } from '#estate/log.ts';
import type { Millis } from '#estate/units.ts';
import type { EstatePlan } from '../estate/plan.ts';
import { nodesOf } from '../estate/nodes.ts';
import { type LanePeer, type Lanes, lanesFor } from '../faults/proxy/lanes.ts';
import { STRANGERS } from '../faults/hostile/strangers.ts';
import { FAULTS } from '../faults/list.ts';
import { type Fleet, startEstate } from '../fleet.ts';
import type { Scenario, StageFault } from '../scenario/scenario.ts';
import { type AttendanceKeeper, createAttendance } from '../verify/attendance.ts';
import { type Activity, createActivity } from './activity.ts';
import { type Befallen, befallenBy } from './befallen.ts';
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
  attendance: AttendanceKeeper;
  lanes: Lanes;
  /** Whom a fault of the scenario befalls, by id. */
  befallen(fault: StageFault): Befallen;
  /** The lanes by which they come, when it is one of the network. */
  lanesOf(fault: StageFault): ReturnType<Lanes['of']>;
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
    gateways: estate.sites.flatMap(nodesOf).length,
    hasGridLimits: scenario.estate.grid === 'as-built',
    strangers: faults.some(({ fault }) => fault === 'hostile') ? STRANGERS.length : 0,
    hasOrders: scenario.stages.some(({ orders }) => orders.length > 0),
  });
  const attendance = createAttendance(() => platform.now());
  const befallen = befallenBy(scenario, estate);
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
    visitors: wanted.visitors,
    plugged: wanted.plugged,
    weather: scenario.estate.weather,
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
    ...estate.sites.flatMap(nodesOf).map(({ id }) => ({ id, url: ways.mqttUrl })),
  ];
  const sets = ofNetwork.map((fault) => {
    const { chargers, gateways } = befallen.get(fault) ?? {};
    return new Set([...(chargers ?? []), ...(gateways ?? [])]);
  });
  return { lanes: await lanesFor({ clock, seed: scenario.seed }, { peers, befallen: sets }), ofNetwork };
}
