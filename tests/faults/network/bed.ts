import type { Protocol } from '#charging/index.ts';
import { handClock, type HandClock } from '#estate/clock.ts';
import { seededRandom } from '#estate/random.ts';
import { MINUTE, SECOND } from '#estate/units.ts';
import {
  createAttendance,
  describeEstate,
  type EstatePlan,
  type Fleet,
  type SimulatedCharger,
} from '#simulators/index.ts';
import { openWire, secretOf } from '../../../ocpp-server/specimens/wire.ts';
import type { Conditions } from '../../../simulators/faults/proxy/conditions.ts';
import { openLane, type Lane } from '../../../simulators/faults/proxy/lane.ts';
import { crank, crankUntil } from '../../platform/crank.ts';
import { CARD, smallEstate, startField } from '../../platform/field.ts';
import { startTestPlatform, type TestPlatform } from '../../platform/in-process.ts';
import { temporaryFolder } from '../../platform/temporary-folder.ts';
import { settledTruth, verifyField } from '../../platform/verify-field.ts';
import type { FaultOn } from '../fault-table.ts';

/** How many chargers are behind the lane, half of each version: 4 here, 40 by `npm run test:faults`. */
const CHARGERS = Number(process.env['POLISGRID_TEST_LANE_CHARGERS'] ?? 4);
const EVSES = 2;
const MORNING = Date.UTC(2026, 4, 18, 6);
/** A charger waits for a minute and a half at most before it tries again. */
const LONGEST_ABSENCE_MS = 5 * MINUTE;
const NEIGHBOUR = 'NEIGHBOUR';

/** What `account` says when nothing is wrong. */
export const TRUE = 'all is told and true, and the registries are as before';

/** A fault of the network. */
export type Fault = FaultOn<Bed>;

/**
 * The whole platform, and a field of both versions and of two gateways that reaches it by lanes. All of them, the lanes as
 * well, live by one hand-cranked clock: so what a lane does to time does not depend on how busy this machine is.
 */
export interface Bed extends AsyncDisposable {
  clock: HandClock;
  polisgrid: TestPlatform;
  fleet: Fleet;
  dataFolder: string;
  /** Makes both lanes worse, until the returned function is called. */
  impose(conditions: Partial<Conditions>): () => void;
  /** Resets all that is connected by the lanes. */
  reset(): void;
  /** A car comes to each EVSE, and its driver shows a card; resolves once each was accepted. */
  begin(chargers?: readonly SimulatedCharger[]): Promise<void>;
  /** A car comes to the first EVSE of a charger, and its driver shows a card. */
  arrive(charger: SimulatedCharger): void;
  /** All cars leave. */
  end(chargers?: readonly SimulatedCharger[]): void;
  /** How many sessions the platform has under way. */
  active(): Promise<number>;
  /** Moves time on until an answer holds; fails when it does not in so much of it. */
  comesAbout<T>(ask: () => T | Promise<T>, holds: (answer: T) => boolean, withinMs?: number): Promise<T>;
  /**
   * Once everybody is back and has told all: whether the records, series and alarms are what was true, and the registries
   * what they were before.
   */
  account(): Promise<string>;
  /** Whether the neighbour, who came by no lane, is still served. */
  neighbourLives(): Promise<boolean>;
}

export async function createBed(): Promise<Bed> {
  await using made = new AsyncDisposableStack();
  const clock = handClock(MORNING);
  const dataFolder = made.use(await temporaryFolder()).path;
  const polisgrid = made.use(await startTestPlatform({ clock, data: dataFolder }));
  const { consoleUrl, ocppUrl, mqttUrl } = polisgrid.platform;
  const laneTo = async (url: string) => {
    const random = seededRandom(`lane to ${new URL(url).protocol}`);
    return made.use(await openLane({ clock, random }, { host: '127.0.0.1', port: portOf(url) }));
  };
  const lanes = { ocpp: await laneTo(ocppUrl), mqtt: await laneTo(mqttUrl) };
  const attendance = createAttendance(() => clock.now());
  const estate = twoSites();
  const target = {
    consoleUrl,
    ocppUrl: `ws://127.0.0.1:${lanes.ocpp.port}/ocpp`,
    mqttUrl: `mqtt://127.0.0.1:${lanes.mqtt.port}`,
  };
  const fleet = made.use(
    await startField(target, estate, {
      clock,
      gateways: true,
      tickMs: 2 * SECOND,
      meterIntervalS: 60,
      readingPeriodMs: MINUTE,
      probe: attendance,
    }),
  );
  const neighbour = await neighbourOf(polisgrid, estate);
  made.defer(() => neighbour.socket.terminate());

  const comesAbout = <T>(ask: () => T | Promise<T>, holds: (answer: T) => boolean, withinMs = LONGEST_ABSENCE_MS) =>
    crankUntil(clock, { ask, holds, withinMs });
  const registries = () => registriesOf(polisgrid, lanes);
  const isThere = () =>
    fleet.truth().every(({ isOnline, queued }) => isOnline && queued.length === 0) &&
    lanes.mqtt.connections() === estate.sites.length;
  await comesAbout(isThere, Boolean);
  const before = await comesAbout(registries, (now) => now.endsWith(', 0 readings on their way, 0 units'));
  const held = made.move();
  return {
    clock,
    polisgrid,
    fleet,
    dataFolder,
    impose(conditions) {
      const ends = Object.values(lanes).map((lane) => lane.impose(conditions));
      return () => ends.forEach((end) => end());
    },
    reset: () => Object.values(lanes).forEach((lane) => lane.reset()),
    begin: (chargers = fleet.chargers) => begin(chargers, { clock }),
    arrive(charger) {
      charger.plugIn(1);
      void charger.authorise(1, CARD);
    },
    end: (chargers = fleet.chargers) => eachEvse(chargers, (charger, evse) => void charger.unplug(evse)),
    active: async () =>
      (await polisgrid.admin.everything<{ state: string }>('/v1/sessions')).filter(({ state }) => state === 'active')
        .length,
    comesAbout,
    async account() {
      await comesAbout(isThere, Boolean, 30 * MINUTE);
      // Alarms of those who were away clear a little later.
      await crank(clock, MINUTE);
      await comesAbout(registries, (now) => now === before);
      const truth = await settledTruth(fleet, { from: MORNING, clock });
      const refused = fleet.truth().reduce((sum, each) => sum + each.refused.length, 0);
      const { checked, differences } = await verifyField(truth, polisgrid, { clock, attendance });
      if (checked.sessions === 0 || checked.points === 0) return 'nothing was checked';
      if (refused > 0) return `${refused} transaction messages were turned down for good`;
      if (differences.length > 0)
        return differences
          .slice(0, 3)
          .map(({ text }) => text)
          .join(' ');
      return TRUE;
    },
    async neighbourLives() {
      const [type] = await neighbour.call('Heartbeat', {});
      return type === 3;
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Chargers of both versions at two sites, and a gateway at each. */
function twoSites(): EstatePlan {
  const protocols = Array.from({ length: CHARGERS }, (_, n): Protocol => (n % 2 === 0 ? 'ocpp1.6' : 'ocpp2.0.1'));
  const estate = smallEstate({ protocols, evses: EVSES });
  const sites = describeEstate({ seed: 'network', sites: 2 }).sites.map((site) => {
    return { ...site, gridLimitW: CHARGERS * 50_000 };
  });
  const chargers = estate.chargers.map((charger, n) => {
    return { ...charger, site: sites[n < CHARGERS / 2 ? 0 : 1]?.id ?? charger.site };
  });
  return { ...estate, sites, chargers };
}

async function neighbourOf({ admin, platform }: TestPlatform, { sites }: EstatePlan) {
  await admin.put(`/v1/chargers/${NEIGHBOUR}`, { site: sites[0]?.id, secret: secretOf(NEIGHBOUR) });
  const wire = await openWire(portOf(platform.ocppUrl), { id: NEIGHBOUR });
  await wire.call('BootNotification', { chargePointVendor: 'Polis', chargePointModel: 'Neighbour' });
  return wire;
}

/** Connections and queues, in a few words. */
async function registriesOf({ admin }: TestPlatform, lanes: Record<'ocpp' | 'mqtt', Lane>): Promise<string> {
  const { body } = await admin.get('/metrics');
  const figure = (name: string) => Number(String(body).split(`\npolisgrid_${name} `)[1]?.split('\n', 1)[0]);
  return [
    `${figure('ocpp_connections')} chargers`,
    `${figure('mqtt_connections')} gateways`,
    `${lanes.ocpp.connections()} + ${lanes.mqtt.connections()} sockets`,
    `${figure('journal_lag{consumer="series-writer"}')} readings on their way`,
    `${figure('records_pending')} units`,
  ].join(', ');
}

async function begin(chargers: readonly SimulatedCharger[], { clock }: { clock: HandClock }): Promise<void> {
  const asked: Promise<boolean>[] = [];
  eachEvse(chargers, (charger, evse) => {
    charger.plugIn(evse);
    asked.push(charger.authorise(evse, CARD));
  });
  let isAnswered = false;
  const answers = Promise.all(asked).finally(() => (isAnswered = true));
  while (!isAnswered) await crank(clock, SECOND, SECOND);
  if (!(await answers).every(Boolean)) throw new Error('A card was not accepted.');
}

function eachEvse(chargers: readonly SimulatedCharger[], act: (charger: SimulatedCharger, evse: number) => void): void {
  for (const charger of chargers) for (let evse = 1; evse <= EVSES; evse++) act(charger, evse);
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
