import { beforeAll, describe, expect, it } from 'vitest';
import { handClock, systemClock, type HandClock } from '#estate/clock.ts';
import type { Reading } from '#estate/sample.ts';
import { HOUR, MINUTE, SECOND } from '#estate/units.ts';
import { describeEstate, type Difference, type FieldTruth, type SeriesTruth } from '#simulators/index.ts';
import { crank } from '../platform/crank.ts';
import { startField } from '../platform/field.ts';
import { eventually, type Caller } from '../platform/http.ts';
import { startTestPlatform, type TestPlatform } from '../platform/in-process.ts';
import { replaceInDuckdb, replaceInInflux, type Replace } from '../platform/stored-readings.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';
import { settledTruth, verifyField } from '../platform/verify-field.ts';
import { startInflux } from '../servers/influx.ts';

const MORNING = Date.UTC(2026, 4, 18, 6);
/** Which reading of a device is altered: one in the middle. */
const MIDDLE = 20;

interface Engine {
  name: string;
  /** For `startTestPlatform`, and how a stored reading is altered. */
  prepare: (held: AsyncDisposableStack) => Promise<{ data: string; flags: string[]; replace: Replace }>;
}

const ENGINES: Engine[] = [
  {
    name: 'DuckDB',
    async prepare(held) {
      const data = held.use(await temporaryFolder()).path;
      return { data, flags: [], replace: replaceInDuckdb(data) };
    },
  },
  {
    name: 'InfluxDB',
    async prepare(held) {
      const data = held.use(await temporaryFolder()).path;
      const influx = held.use(await startInflux());
      // By its own clock that morning is long past.
      return {
        data,
        flags: ['--series', influx.url('estate'), '--keep-raw-days', '0'],
        replace: replaceInInflux(influx, 'estate'),
      };
    },
  },
];

interface PlacedDevice extends SeriesTruth {
  site: string;
}

interface Planted {
  fault: string;
  type: string;
  /** Of a device of which something is not yet acknowledged. */
  isPartly?: true;
  /** What stands in the place of a reading. */
  instead: (reading: Reading, another: PlacedDevice) => Reading[];
  /** What is found of the device, after its name and a colon. */
  found: [kind: Difference['kind'], text: (device: SeriesTruth) => string];
  /** What is found of the other device. */
  ofAnother?: [kind: Difference['kind'], text: (device: SeriesTruth) => string];
}

const fewer = ({ acknowledged }: SeriesTruth) =>
  `${acknowledged} readings were acknowledged; the platform has ${acknowledged - 1}`;
const more = ({ readings }: SeriesTruth) => `${readings} readings were taken; the platform has ${readings + 1}`;
const other = (what: string) => `${what} from 08:00 to 09:00 was acknowledged; the platform has other values or times.`;
const add = (reading: Reading, metric: string, amount: number): Reading => {
  const { [metric]: value = NaN } = reading.values;
  return { ...reading, values: { ...reading.values, [metric]: value + amount } };
};

const PLANTED: Planted[] = [
  {
    fault: 'a reading is missing',
    type: 'grid-meter',
    instead: () => [],
    found: ['points', (device) => `${fewer(device)}.`],
  },
  {
    fault: 'one metric of a reading is missing',
    type: 'pv-inverter',
    instead: ({ values, ...reading }) => [
      { ...reading, values: Object.fromEntries(Object.entries(values).filter(([metric]) => metric !== 'TmpCab')) },
    ],
    found: ['points', (device) => `${fewer(device)} of TmpCab.`],
  },
  {
    fault: 'a reading is there twice',
    type: 'grid-meter',
    instead: (reading) => [reading, { ...reading, ts: reading.ts + 1 }],
    found: ['points', (device) => `${more(device)}.`],
  },
  {
    fault: 'a reading is that of another device',
    type: 'indoor-air',
    instead: (reading, { device, site }) => [{ ...reading, device, site, ts: reading.ts + 1 }],
    found: ['points', (device) => `${fewer(device)}.`],
    ofAnother: ['points', (device) => `${more(device)}.`],
  },
  {
    fault: 'a value is a tenth too high',
    type: 'building-meter',
    instead: (reading) => [add(reading, 'WL1', 0.1)],
    found: ['value', () => other('its WL1')],
  },
  {
    fault: 'two values have changed places',
    type: 'building-meter',
    instead: ({ values, ...reading }) => [
      { ...reading, values: { ...values, W: values['TotWhImp'] ?? NaN, TotWhImp: values['W'] ?? NaN } },
    ],
    found: ['value', () => other('its W, TotWhImp')],
  },
  {
    fault: 'a reading is a millisecond late',
    type: 'grid-meter',
    instead: (reading) => [{ ...reading, ts: reading.ts + 1 }],
    found: ['value', () => other('what it showed')],
  },
  {
    fault: 'a meter value in the middle of a charging session is missing',
    type: 'charging-station',
    instead: () => [],
    found: ['points', (device) => `${fewer(device)}.`],
  },
  {
    fault: 'a register in the middle of a charging session is 1 Wh too high',
    type: 'charging-station',
    instead: (reading) => [add(reading, 'TotWhImp', 1)],
    found: ['value', () => other('its TotWhImp')],
  },
  {
    fault: 'a meter value is that of another EVSE',
    type: 'charging-station',
    instead: (reading, { device, site }) => [{ ...reading, device, site, ts: reading.ts + 1 }],
    found: ['points', (device) => `${fewer(device)}.`],
    ofAnother: ['points', (device) => `${more(device)}.`],
  },
  {
    fault: 'a value is altered of a device of which the end has not arrived',
    type: 'grid-meter',
    isPartly: true,
    instead: (reading) => [add(reading, 'W', 0.1)],
    found: ['value', () => other('what it showed')],
  },
];

describe.each(ENGINES)('A fault planted in the series of $name', ({ prepare }) => {
  const befallen = new Map<Planted, PlacedDevice[]>();
  let before: Difference[];
  let differences: Difference[];

  beforeAll(async () => {
    await using held = new AsyncDisposableStack();
    const clock = handClock(MORNING);
    const { data, flags, replace } = await prepare(held);
    // Its deadlines are real: a series server of its own does not know the cranked time.
    const platform = { clock: { ...systemClock, now: () => clock.now() }, data, flags };
    const polisgrid = held.use(await startTestPlatform(platform));
    const truth = await livedTruth(polisgrid, clock);
    ({ differences: before } = await eventually(
      () => verifyField(truth, polisgrid, { clock }),
      ({ found }) => found === 0,
      60_000,
    ));
    const take = taker(truth);
    const edits: [Reading, Reading[]][] = [];
    for (const planted of PLANTED) {
      const [device, another] = [take(planted), ...(planted.ofAnother ? [take(planted)] : [])];
      befallen.set(planted, another ? [device, another] : [device]);
      const reading = await storedReading(polisgrid.admin, device);
      edits.push([reading, planted.instead(reading, another ?? device)]);
    }
    await polisgrid[Symbol.asyncDispose]();
    for (const [reading, by] of edits) await replace(reading, by);
    const again = held.use(await startTestPlatform(platform));
    ({ differences } = await verifyField(truth, again, { clock }));
  }, 120_000);

  it('was not there before', () => expect(before).toEqual([]));

  it.each(PLANTED)('is found: $fault', (planted) => {
    const [device, another] = befallen.get(planted) ?? [];
    const wanted = [[device, planted.found] as const, [another, planted.ofAnother] as const].flatMap(([of, found]) =>
      of && found ? [{ kind: found[0], subject: of.device, text: `${of.device}: ${found[1](of)}` }] : [],
    );
    const subjects = new Set(wanted.map(({ subject }) => subject));
    expect(differences.filter(({ subject }) => subjects.has(subject))).toEqual(wanted);
  });

  it('is all that is found', () => {
    const subjects = [...befallen.values()].flat().map(({ device }) => device);
    expect(differences.map(({ subject }) => subject).toSorted()).toEqual(subjects.toSorted());
  });
});

/** What devices and charging cars of six sites showed in 70 minutes; the gateway of the first one ends with a backlog. */
async function livedTruth({ platform }: TestPlatform, clock: HandClock): Promise<FieldTruth> {
  const estate = describeEstate({ seed: 'verify', sites: 6, chargers: 6 });
  await using fleet = await startField(platform, estate, {
    clock,
    gateways: true,
    readingPeriodMs: MINUTE,
    plugged: 1,
    meterIntervalS: 60,
  });
  await crank(clock, 70 * MINUTE, 20 * SECOND);
  await fleet.gateways[0]?.stop();
  await crank(clock, 3 * MINUTE, 20 * SECOND);
  const isAll = ({ devices }: FieldTruth['sites'][number]) =>
    devices.every(({ readings, acknowledged }) => acknowledged === readings);
  // Awaited here: the fleet stands only as long as this function runs.
  return await eventually(
    () => settledTruth(fleet, { from: MORNING, clock }),
    ({ sites }) => sites.slice(1).every(isAll),
  );
}

/** Gives out the devices, each once. */
function taker({ sites, chargers }: FieldTruth): (wanted: Planted) => PlacedDevice {
  const left = [
    ...sites.flatMap(({ site, devices }) => devices.map((device) => ({ ...device, site }))),
    ...chargers.flatMap(({ site, meters }) => meters.map((meter) => ({ ...meter, site }))),
  ].filter(({ readings }) => readings > MIDDLE);
  return ({ type, isPartly = false }) => {
    const at = left.findIndex((each) => each.type === type && each.acknowledged < each.readings === isPartly);
    const [device] = at < 0 ? [] : left.splice(at, 1);
    if (!device) throw new Error(`There is no further ${type}; take more sites.`);
    return device;
  };
}

async function storedReading(admin: Caller, { site, device, type, digest }: PlacedDevice): Promise<Reading> {
  const series = await Promise.all(
    Object.keys(digest.metrics).map(async (metric): Promise<[string, number, number]> => {
      const query = `device=${device}&metric=${metric}&from=${MORNING}&to=${MORNING + HOUR}`;
      const { points } = await admin.read<{ points: [number, number][] }>(`/v1/series?${query}`);
      const [ts = NaN, value = NaN] = points[MIDDLE] ?? [];
      return [metric, ts, value];
    }),
  );
  const values = Object.fromEntries(series.map(([metric, , value]) => [metric, value]));
  return { site, device, type, ts: series[0]?.[1] ?? NaN, values };
}
