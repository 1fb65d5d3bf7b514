import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { handClock, type HandClock } from '#estate/clock.ts';
import { HOUR, MINUTE, SECOND } from '#estate/units.ts';
import {
  createAttendance,
  describeEstate,
  writeTruth,
  type AttendanceKeeper,
  type Difference,
  type FieldTruth,
  type TrueSession,
} from '#simulators/index.ts';
import { polisgridCommand } from '../platform/command.ts';
import { crank } from '../platform/crank.ts';
import { startField } from '../platform/field.ts';
import { startTestPlatform, type TestPlatform } from '../platform/in-process.ts';
import { openRecordsFile, type RecordsFile } from '../platform/records-file.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';
import { settledTruth, verifyField } from '../platform/verify-field.ts';

const MORNING = Date.UTC(2026, 4, 18, 6);
const HOURS = 3;

const held = new AsyncDisposableStack();
let clock: HandClock;
let polisgrid: TestPlatform;
let attendance: AttendanceKeeper;
let truth: FieldTruth;
let records: RecordsFile;
let data: string;

beforeAll(async () => {
  clock = handClock(MORNING);
  data = held.use(await temporaryFolder()).path;
  polisgrid = held.use(await startTestPlatform({ clock, data }));
  attendance = createAttendance(() => clock.now());
  const fleet = held.use(
    await startField(polisgrid.platform, describeEstate({ seed: 'verify', sites: 6 }), {
      clock,
      drivers: true,
      gateways: true,
      meterIntervalS: 300,
      tickMs: 5 * SECOND,
      readingPeriodMs: MINUTE,
      probe: attendance,
    }),
  );
  // Before the first session begins.
  for (const { site } of fleet.siteTruths()) await polisgrid.admin.put(`/v1/sites/${site}/price`, { perKwh: 0.39 });
  for (const [n, charger] of fleet.chargers.entries()) if (n % 5 === 0) charger.cut(HOUR);
  await crank(clock, HOURS * HOUR, 20 * SECOND);
  const [gone, ...others] = fleet.gateways;
  await gone?.stop();
  for (const gateway of others) {
    for (const { id, type } of gateway.devices) if (type === 'leak-detector') gateway.condition(id, 'leak', true);
  }
  await crank(clock, 5 * MINUTE, 20 * SECOND);
  truth = await settledTruth(fleet, { from: MORNING, clock });
  records = held.use(openRecordsFile(data, ['charging_session', 'transaction_event', 'station', 'session_cost']));
}, 240_000);
afterAll(() => held.disposeAsync());
afterEach(() => records.restore());

const verified = () => verifyField(truth, polisgrid, { clock, attendance });

/** The first session of which this is true, with its charger and its row in the records. */
function aSession(is: (session: TrueSession) => boolean) {
  for (const { charger, sessions } of truth.chargers) {
    const session = sessions.find(is);
    if (!session) continue;
    const row = records
      .rows('charging_session')
      .find((each) => each['charger'] === charger && each['transaction'] === session.transaction);
    if (row) return { charger, session, row, id: row['id'] ?? null };
  }
  throw new Error('There is no such session; live longer.');
}
/** Changes the row of such a session; answers whose it is. */
function alter(is: (session: TrueSession) => boolean, set: string): string {
  const { charger, id } = aSession(is);
  records.change(`UPDATE charging_session SET ${set} WHERE id = $id`, { id });
  return charger;
}
const ended = (session: TrueSession) => session.endedAt !== null;
const running = (session: TrueSession) => session.endedAt === null;

describe('The truth of the field, held against the platform', () => {
  it('is what the platform says', async () => {
    const { checked, differences, found } = await verified();
    expect(differences).toEqual([]);
    expect(found).toBe(0);
    expect(checked.sessions).toBeGreaterThan(10);
    expect(checked.messages).toBeGreaterThan(5 * checked.sessions);
    expect(checked.energyWh).toBeGreaterThan(10_000);
    expect(checked.costs).toBeGreaterThan(1);
    expect(checked.points).toBeGreaterThan(10_000);
    expect(checked.devices).toBeGreaterThan(40);
    const meters = truth.chargers.flatMap((charger) => charger.meters);
    expect(meters.length).toBeGreaterThan(5);
    expect(meters.every(({ readings, acknowledged }) => readings === acknowledged && readings > 1)).toBe(true);
    expect(truth.chargers.filter(({ faults }) => faults.length > 0)).toHaveLength(1);
  });

  it('can be held against it later, from the files of a run', async () => {
    await using folder = await temporaryFolder();
    const { consoleUrl: api } = polisgrid.platform;
    writeTruth(folder.path, { truth, api, before: new Set(), attended: attendance.record() });
    const same = await polisgridCommand('sim', 'verify', folder.path, '--api', polisgrid.platform.consoleUrl);
    expect(same.text).toContain('The platform says of it all what was true.');
    expect(same.code).toBe(0);

    const { session, id } = aSession(ended);
    records.change('UPDATE charging_session SET energy_wh = energy_wh - 192 WHERE id = $id', { id });
    const other = await polisgridCommand('sim', 'verify', folder.path, '--api', polisgrid.platform.consoleUrl);
    expect(other.text).toMatch(
      new RegExp(`EVSE ${session.evse}: the session from \\d\\d:\\d\\d gave [\\d,.]+ Wh; the platform has`),
    );
    expect(other.code).toBe(1);
  });

  it('is not held session by session against an instance that knows nothing of it', async () => {
    await using folder = await temporaryFolder();
    await using stranger = await startTestPlatform();
    const kept = { truth, before: new Set<string>(), attended: attendance.record() };
    writeTruth(folder.path, { ...kept, api: polisgrid.platform.consoleUrl });
    const words = ['sim', 'verify', folder.path, '--api', stranger.platform.consoleUrl];
    const { code, text } = await polisgridCommand(...words);
    expect(text).toContain(
      `The platform has none of its sessions. Is it another one than that of the run, which was at ${polisgrid.platform.consoleUrl}?`,
    );
    expect(text).not.toContain('EVSE 1:');
    expect(code).toBe(1);

    writeTruth(folder.path, { ...kept, api: null });
    const gone = await polisgridCommand(...words);
    expect(gone.text).toContain('is of a run with --own: its instance is gone.');
    expect(gone.code).toBe(2);
  });
});

interface Planted {
  fault: string;
  /** Answers whose it is. */
  plant: () => string;
  found: Difference['kind'];
  text: RegExp;
}

const PLANTED: Planted[] = [
  {
    fault: 'one confirmed StopTransaction is deleted from the records',
    plant() {
      const { charger, id } = aSession(ended);
      records.change(`DELETE FROM transaction_event WHERE session = $id AND phase = 'ended'`, { id });
      const account = `json_set(account, '$.ended', NULL)`;
      records.change(
        `UPDATE charging_session SET state = 'active', ended_at = NULL, energy_wh = energy_wh - 100, account = ${account} WHERE id = $id`,
        { id },
      );
      return charger;
    },
    found: 'session-state',
    text: /the session from \d\d:\d\d ended at \d\d:\d\d, and that was confirmed; the platform says "active"\.$/,
  },
  {
    fault: 'an energy is 2 Wh too high',
    plant: () => alter(ended, 'energy_wh = energy_wh + 2'),
    found: 'energy',
    text: /the session from \d\d:\d\d gave [\d,.]+ Wh; the platform has [\d,]+ Wh\.$/,
  },
  {
    fault: 'the energy of a running session is 2 Wh too low',
    plant: () => alter((each) => running(each) && each.energyWh > 100, 'energy_wh = energy_wh - 2'),
    found: 'energy',
    text: /the session from \d\d:\d\d had given [\d,.]+ Wh when last confirmed; the platform has [\d,]+ Wh\.$/,
  },
  {
    fault: 'a session is deleted',
    plant() {
      const { charger, id } = aSession(ended);
      records.change('DELETE FROM transaction_event WHERE session = $id', { id });
      records.change('DELETE FROM charging_session WHERE id = $id', { id });
      return charger;
    },
    found: 'session-missing',
    text: /the session from \d\d:\d\d \(card \S+, [\d,.]+ Wh\) is not there; the platform confirmed \d+ messages about it\.$/,
  },
  {
    fault: 'a session is there twice',
    plant() {
      const { charger, row } = aSession(ended);
      records.put('charging_session', { ...row, id: 'again', start_key: 'again' });
      return charger;
    },
    found: 'session-twice',
    text: /the session from \d\d:\d\d is there 2 times\.$/,
  },
  {
    fault: 'a start was taken for another one',
    plant() {
      const { charger, row } = aSession(ended);
      records.put('charging_session', { ...row, id: 'again', start_key: 'again', transaction: '4711' });
      return charger;
    },
    found: 'session-twice',
    text: /is there 2 times\.$/,
  },
  {
    fault: 'there is a session that nobody lived',
    plant() {
      const { charger, row, session } = aSession(ended);
      const foreign = { id: 'ghost', start_key: 'ghost', transaction: '4711', started_at: session.startedAt + MINUTE };
      records.put('charging_session', { ...row, ...foreign });
      return charger;
    },
    found: 'session-foreign',
    text: /the platform has a session from \d\d:\d\d with [\d,]+ Wh \(ghost, transaction 4711\) that nobody lived\.$/,
  },
  {
    fault: 'a session that runs is over for the platform',
    plant() {
      const { charger, id } = aSession(running);
      records.change(`UPDATE charging_session SET state = 'incomplete', ended_at = started_at + 5 WHERE id = $id`, {
        id,
      });
      return charger;
    },
    found: 'session-state',
    text: /the session from \d\d:\d\d still runs; the platform says "incomplete"\.$/,
  },
  {
    fault: 'a session ended 2 s later',
    plant: () => alter(ended, 'ended_at = ended_at + 2000'),
    found: 'time',
    text: /the session from \d\d:\d\d ended at \d\d:\d\d:\d\d; the platform has \d\d:\d\d:\d\d\.$/,
  },
  {
    fault: 'a session is that of another card',
    plant: () => alter(ended, `token = 'STRANGER'`),
    found: 'session-place',
    text: /the session from \d\d:\d\d was that of card \S+; the platform has STRANGER\.$/,
  },
  {
    fault: 'a session costs a cent more than its charger was told',
    plant() {
      const { charger, session, id } = aSession(({ told }) => told.cost !== null);
      records.put('session_cost', { session: id, amount: (session.told.cost ?? 0) + 0.01, at: MORNING });
      return charger;
    },
    found: 'cost',
    text: /the session from \d\d:\d\d cost \d+\.\d\d, as its charger was told; the platform has \d+\.\d\d\.$/,
  },
  {
    fault: 'a charger runs another firmware',
    plant() {
      const { charger } = aSession(running);
      records.change(`UPDATE station SET firmware = '0.0.1' WHERE id = $charger`, { charger });
      return charger;
    },
    found: 'firmware',
    text: / runs firmware \S+, and was accepted with it; the platform has 0\.0\.1\.$/,
  },
];

describe('A fault planted in the records', () => {
  it.each(PLANTED)('is found, and nothing else: $fault', async ({ plant, found, text }) => {
    const subject = plant();
    const { differences } = await verified();
    expect(differences.map(({ kind }) => kind)).toEqual([found]);
    expect(differences[0]?.subject).toContain(subject);
    expect(differences[0]?.text).toMatch(text);
  });
});
