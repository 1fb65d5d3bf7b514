import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { handClock, type HandClock } from '#estate/clock.ts';
import { DAY, MINUTE, SECOND } from '#estate/units.ts';
import {
  createAttendance,
  describeEstate,
  type AttendanceKeeper,
  type Difference,
  type FieldTruth,
  type Fleet,
} from '#simulators/index.ts';
import { crank } from '../platform/crank.ts';
import { startField } from '../platform/field.ts';
import { startTestPlatform, type TestPlatform } from '../platform/in-process.ts';
import { openRecordsFile, type RecordsFile } from '../platform/records-file.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';
import { settledTruth, verifyField } from '../platform/verify-field.ts';

const MORNING = Date.UTC(2026, 4, 18, 6);

const held = new AsyncDisposableStack();
let clock: HandClock;
let polisgrid: TestPlatform;
let attendance: AttendanceKeeper;
let truth: FieldTruth;
let records: RecordsFile;

beforeAll(async () => {
  clock = handClock(MORNING);
  const data = held.use(await temporaryFolder()).path;
  polisgrid = held.use(await startTestPlatform({ clock, data }));
  attendance = createAttendance(() => clock.now());
  const fleet = held.use(
    await startField(polisgrid.platform, describeEstate({ seed: 'verify', sites: 6 }), {
      clock,
      gateways: true,
      meterIntervalS: 300,
      tickMs: 5 * SECOND,
      readingPeriodMs: MINUTE,
      probe: attendance,
    }),
  );
  await crank(clock, 3 * MINUTE, 20 * SECOND);
  await watchForTooLittle(fleet);
  const [gone, ...others] = fleet.gateways;
  await gone?.stop();
  for (const gateway of others) {
    for (const { id, type } of gateway.devices) if (type === 'leak-detector') gateway.condition(id, 'leak', true);
  }
  // Half a message leaves before each that is whole.
  others.at(-1)?.interfere({
    garbles: true,
    around({ kind, topic }) {
      return kind === 'data' ? { before: [{ topic, payload: Buffer.from('{"ts":'), isGarbled: true }] } : {};
    },
  });
  await crank(clock, 5 * MINUTE, 20 * SECOND);
  // On a busy machine an answer may have come too late for a charger.
  do await crank(clock, 20 * SECOND, 2 * SECOND);
  while (!fleet.truth().every(({ isOnline }) => isOnline));
  truth = await settledTruth(fleet, { from: MORNING, clock });
  records = held.use(openRecordsFile(data, ['alarm']));
}, 120_000);
afterAll(() => held.disposeAsync());
afterEach(() => records.restore());

/** An operator has a station watch for what is the case, and is severe. */
async function watchForTooLittle({ chargers }: Fleet): Promise<void> {
  const station = chargers.find((each) => each.plan.protocol === 'ocpp2.0.1' && each.isOnline());
  const monitor = { component: 'EVSE', evse: 1, variable: 'Power', type: 'lower-threshold', value: 1e6, severity: 2 };
  const order = { command: 'set-monitors', monitors: [monitor] };
  expect(await polisgrid.admin.post(`/v1/chargers/${station?.id}/commands`, order)).toMatchObject({
    body: { outcome: 'accepted' },
  });
}

const verified = () => verifyField(truth, polisgrid, { clock, attendance });
/** Long after the run, by what was noted at its end. */
const verifiedLater = () => verifyField(truth, polisgrid, { clock, attended: attendance.record(), isLater: true });

/** One that is connected. */
function aCharger(): string {
  return truth.chargers.find(({ isOnline }) => isOnline)?.charger ?? 'nowhere';
}

/** An alarm that stands, and of which nobody knows why; answers its id. */
function plantAlarm(cause: string, { device, since = MORNING + MINUTE }: { device: string; since?: number }): string {
  const id = `${cause}:${device}`;
  const words = { priority: 'medium', text: `${cause} of ${device}.`, action: 'Go there.' };
  records.put('alarm', { id, cause, device, site: null, ...words, since, cleared_at: null });
  return id;
}

interface Planted {
  fault: string;
  /** Answers which alarm it is, or its cause. */
  plant: () => string;
  found: Difference['kind'];
  text: RegExp;
}

const PLANTED: Planted[] = [
  {
    fault: 'the alarm of a broken charger is cleared',
    plant() {
      records.change(`UPDATE alarm SET cleared_at = since WHERE cause = 'charger-faulted'`);
      return 'charger-faulted:';
    },
    found: 'alarm-missing',
    text: / is broken at EVSE 1 \(GroundFailure\).*; the platform has no alarm "charger-faulted"\.$/,
  },
  {
    fault: 'the alarm of a leak is cleared',
    plant() {
      records.change(`UPDATE alarm SET cleared_at = since WHERE cause = 'device-event'`);
      return 'device-event:';
    },
    found: 'alarm-missing',
    text: /^\S+ reports leak; the platform has no alarm "device-event"\.$/,
  },
  {
    fault: 'the alarm of a gateway that is away is cleared',
    plant() {
      records.change(`UPDATE alarm SET cleared_at = since WHERE cause = 'gateway-offline'`);
      return 'gateway-offline:';
    },
    found: 'alarm-missing',
    text: /^\S+-gw is away for \d min; the platform has no alarm "gateway-offline"\.$/,
  },
  {
    fault: 'the alarm of a charger that told of something severe is cleared',
    plant() {
      records.change(`UPDATE alarm SET cleared_at = since WHERE cause = 'charger-event'`);
      return 'charger-event:';
    },
    found: 'alarm-missing',
    text: /^\S+ has told that something severe holds; the platform has no alarm "charger-event"\.$/,
  },
  {
    fault: 'the alarm of a gateway that sends what nobody can read is cleared',
    plant() {
      records.change(`UPDATE alarm SET cleared_at = since WHERE cause = 'device-malformed'`);
      return 'device-malformed:';
    },
    found: 'alarm-missing',
    text: /^\S+-gw sends what nobody can read; the platform has no alarm "device-malformed"\.$/,
  },
  {
    fault: 'an alarm says that a charger is away that is there',
    plant: () => plantAlarm('charger-offline', { device: aCharger() }),
    found: 'alarm-foreign',
    text: / is connected; the platform's alarm says: charger-offline of \S+\.$/,
  },
  {
    fault: 'an alarm says that a charger was opened that nobody touched',
    plant: () => plantAlarm('security-event', { device: aCharger() }),
    found: 'alarm-foreign',
    text: /^nobody tampered with (\S+); the platform's alarm says: security-event of \1\.$/,
  },
  {
    fault: 'an alarm says that a connection carries too much that never did',
    plant() {
      const grid = truth.sites.flatMap((site) => site.grid ?? []).find(({ peakW, limitW }) => peakW <= limitW);
      return plantAlarm('grid-limit-exceeded', { device: grid?.meter ?? 'nowhere' });
    },
    found: 'alarm-foreign',
    text: /^\S+ took \d+\.\d of its \d+\.\d kW at most; the platform's alarm says: /,
  },
  {
    fault: 'an alarm says that nobody can read what a gateway sends',
    plant: () => plantAlarm('device-malformed', { device: truth.sites[1]?.gateway ?? 'nowhere' }),
    found: 'alarm-foreign',
    text: /^all that left \S+ could be read; the platform's alarm says: /,
  },
  {
    fault: 'there is an alarm of a kind that its device can never have',
    plant: () => plantAlarm('charger-event', { device: truth.sites[1]?.gateway ?? 'nowhere' }),
    found: 'alarm-foreign',
    text: /^nothing at \S+-gw is a cause of "charger-event"; the platform's alarm says: /,
  },
];

describe('An alarm that is not what the field says', () => {
  it('was not there before', async () => {
    const { checked, differences } = await verified();
    expect(differences).toEqual([]);
    expect(checked.alarms).toBeGreaterThan(5 * truth.chargers.length);
    expect(truth.chargers.filter(({ faults }) => faults.length > 0)).toHaveLength(1);
  });

  it.each(PLANTED)('is found, and nothing else: $fault', async ({ plant, found, text }) => {
    const subject = plant();
    const { differences } = await verified();
    expect(differences.map(({ kind }) => kind)).toEqual([found]);
    expect(differences[0]?.subject).toContain(subject);
    expect(differences[0]?.text).toMatch(text);
  });
});

describe('Once the field is gone', () => {
  it('is asked who was away at the end of the run, not who is away now', async () => {
    plantAlarm('charger-offline', { device: aCharger(), since: clock.now() + MINUTE });
    const { differences, checked } = await verifiedLater();
    expect(differences).toEqual([]);
    expect(checked.alarms).toBe((await verified()).checked.alarms);
  });

  it('is not asked who left with it, whenever that is said to have been', async () => {
    plantAlarm('gateway-offline', { device: truth.sites[1]?.gateway ?? 'nowhere', since: MORNING - DAY });
    expect((await verifiedLater()).differences).toEqual([]);
    expect((await verified()).differences).toMatchObject([{ kind: 'alarm-foreign' }]);
  });

  it.each(PLANTED)('is found as well: $fault', async (planted) => {
    const subject = planted.plant();
    const { differences } = await verifiedLater();
    expect(differences.map(({ kind }) => kind)).toEqual([planted.found]);
    expect(differences[0]?.subject).toContain(subject);
  });
});
