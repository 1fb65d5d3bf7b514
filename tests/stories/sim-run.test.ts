import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, isoTime } from '#estate/units.ts';
import { ADMIN_KEY } from '../platform/in-process.ts';
import { startProcess } from '../platform/process.ts';
import { openRecordsFile } from '../platform/records-file.ts';
import { createRunPlace, type RunPlace } from '../platform/run-place.ts';

/** Three minutes in which cars charge, some EVSEs break, which ends their sessions, and everyone is cut off once. */
const SMALL = `
title: A small run
variables: { sites: 5, connected: '= 100 %' }
estate: { sites: '\${sites}' }
fleet: { plugged: 0.6, meterValues: 20s, readings: 20s }
start: ${isoTime(Date.now() - DAY)}
speed: 1000
stages:
  - name: sessions end
    for: 90s
    faults:
      - { fault: connector-fault, on: { chargers: 50 % }, after: 60s, for: 20s }
  - name: a cut
    for: 90s
    faults:
      - { fault: cut, after: 10s, for: 20s, backWithin: 5s }
    expect: { reconnected: '<= 30 s', connected: '\${connected}' }
expect:
  differences: '= 0'
  queued: '= 0'
`;

let place: RunPlace;
beforeAll(async () => {
  place = await createRunPlace();
  await place.write('small.yaml', SMALL);
});
afterAll(() => place[Symbol.asyncDispose]());

describe('A run with an instance of its own', () => {
  it('passes, leaves its reports, and nothing else', async () => {
    const { code, text } = await place.sim('run', 'small.yaml', '--own');
    expect(text).toContain('Passed: All 4 expectations held');
    expect(code).toBe(0);
    expect(await place.read('runs/small-1/report.html')).toContain('A small run');
    expect(await place.read('runs/small-1/junit.xml')).toContain('failures="0"');
    expect(JSON.parse(await place.read('runs/small-1/report.json'))).toMatchObject({
      passed: true,
      failure: null,
      errors: [],
      fleet: { sites: 5, gateways: 5 },
      verification: { found: 0 },
      faults: [{ text: 'GroundFailure at EVSE 1' }, { text: 'cut, back within 5s' }],
    });
    for (const file of ['truth.json', 'names.json']) expect(await place.has(`runs/small-1/${file}`)).toBe(true);
    expect(await place.leftovers()).toEqual([]);
  });
});

describe('A run against the instance whose data folder is here', () => {
  it('needs no key, has the truth of its seed at any speed, and can be verified until a record is lost', async () => {
    const data = join(place.path, 'data');
    const flags = ['--demo', 'off'];
    await using first = await startProcess({ data, flags });
    const run = await place.sim('run', 'small.yaml', '--speed', '30', '--out', 'again');
    expect(run.text).toContain(first.consoleUrl);
    expect(run.text).toContain('Passed');
    expect(await place.read('again/truth.json')).toBe(await place.read('runs/small-1/truth.json'));
    const verified = await place.sim('verify', 'again');
    expect(verified.text).toContain('The platform says of it all what was true.');
    expect(verified.code).toBe(0);

    const failed = await place.sim('run', 'small.yaml', '--seed', '3', '--set', 'sites=2', '--set', 'connected=< 1');
    expect(failed.text).toMatch(/✗ Chargers connected, at the end: \d+, expected less than 1\n/);
    expect(failed.text).toContain('Failed: 1 of 4 expectations did not hold.');
    expect(failed.code).toBe(1);
    expect(await place.read('runs/small-3/junit.xml')).toMatch(/name="a cut" tests="2" failures="1"/);
    expect(await place.read('runs/small-3/report.html')).toContain('Failed');

    const [one, other] = [await chargersOf('again'), await chargersOf('runs/small-3')];
    expect(other.filter(({ charger }) => one.some((each) => each.charger === charger))).toEqual([]);

    await first.stop();
    const charger = loseStop(data);
    await using second = await startProcess({ data, flags });
    const differs = await place.sim('verify', 'again', '--api', second.consoleUrl, '--key', ADMIN_KEY);
    expect(differs.text).toMatch(
      new RegExp(`${charger} EVSE \\d: the session from .* ended at .*, and that was confirmed; .* "active"\\.\n`),
    );
    expect(differs.text).toContain('\n1 differ');
    expect(differs.code).toBe(1);
  });
});

async function chargersOf(run: string): Promise<{ charger: string }[]> {
  const truth = JSON.parse(await place.read(`${run}/truth.json`)) as { chargers: { charger: string }[] };
  return truth.chargers;
}

/** Takes a confirmed StopTransaction back, as a store does that loses a write; answers whose it was. */
function loseStop(data: string): string {
  using records = openRecordsFile(data, []);
  const row = records.rows('charging_session').find((each) => each['ended_at'] !== null);
  if (!row) throw new Error('No session has ended; let some EVSE break.');
  const id = row['id'] ?? null;
  records.change(`DELETE FROM transaction_event WHERE session = $id AND phase = 'ended'`, { id });
  const account = `json_set(account, '$.ended', NULL)`;
  records.change(`UPDATE charging_session SET state = 'active', ended_at = NULL, account = ${account} WHERE id = $id`, {
    id,
  });
  return row['charger'] as string;
}

describe('A run that cannot begin', () => {
  it.each([
    [[], 2, 'One scenario is expected.\n\npolisgrid sim run NAME|FILE.yaml'],
    [['moon'], 2, 'moon is no built-in scenario and no file'],
    [['small.yaml'], 2, 'A key is needed that may register at http://127.0.0.1:8080: --key'],
    [['small.yaml', '--set', 'sites'], 2, '--set is "sites"; NAME=VALUE is expected.\n\npolisgrid sim run'],
    [['small.yaml', '--set', 'moons=2'], 2, 'moons is no variable of the scenario'],
    [['small.yaml', '--set', 'sites=many'], 2, '--set sites=many: a number is expected.'],
    [['small.yaml', '--speed', '5000'], 2, '--speed is "5000"; a number from 0.1 to 1000 is expected.\n\npolisgrid'],
    [['small.yaml', '--start', 'then'], 2, '--start is "then"; '],
    [['small.yaml', '--api', 'nowhere', '--key', 'k'], 2, '--api is "nowhere"; a URL is expected.'],
    [['small.yaml', '--own', '--out', 'small.yaml'], 2, 'The reports cannot be written to small.yaml'],
    [['small.yaml', '--api', 'http://127.0.0.1:9', '--key', 'k'], 3, 'Nothing answers at http://127.0.0.1:9'],
    [['wrong.yaml', '--own'], 2, 'wrong.yaml:4:23: stages[0].faults[0].fault is "moon"; latency'],
    [
      ['futile.yaml', '--own'],
      2,
      'futile.yaml:4:50: stages[0].faults[0].on.chargers.id is "nobody"; ids of chargers are',
    ],
    [
      ['limited.yaml', '--own', '--speed', '2.5'],
      2,
      'The speed is 2.5; with --own and grid: as-built the instance lives in',
    ],
    [['small.yaml', '--own', '--start', '2099-01-01T00:00:00Z'], 2, '--start is "2099-01-01T00:00:00Z"; it lies in'],
  ])('%j ends with %d', async (words, expected, sentence) => {
    await place.write('wrong.yaml', 'estate: { sites: 1 }\nstages:\n  - for: 10s\n    faults: [{ fault: moon }]\n');
    await place.write('limited.yaml', 'estate: { sites: 1, grid: as-built }\nstages: [{ for: 10s }]\n');
    const futile = '{ fault: cut, on: { chargers: { id: nobody } } }';
    await place.write('futile.yaml', `estate: { sites: 1 }\nstages:\n  - for: 10s\n    faults: [${futile}]\n`);
    const { code, text } = await place.sim('run', ...words);
    expect(text).toContain(sentence);
    expect(text).not.toContain('    at ');
    expect(code).toBe(expected);
    expect(await place.leftovers()).toEqual([]);
  });
});
