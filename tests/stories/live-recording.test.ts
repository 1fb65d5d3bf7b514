import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EstatePlan } from '#simulators/index.ts';
import { caughtUp } from '../platform/caught-up.ts';
import { polisgridCommand } from '../platform/command.ts';
import { CARD, OTHER_CARD, smallEstate, startField } from '../platform/field.ts';
import { eventually, type Caller } from '../platform/http.ts';
import { startTestPlatform } from '../platform/in-process.ts';
import { startRecorder } from '../platform/recorder.ts';
import { temporaryFolder, type TemporaryFolder } from '../platform/temporary-folder.ts';
import type { SessionView } from '../platform/views.ts';

type Line = Record<string, unknown> & { kind: string };

const pause = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs));
const linesOf = async (file: string) =>
  (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const sessionsOf = async (admin: Caller) =>
  (await admin.items<SessionView>('/v1/sessions'))
    .filter(({ state }) => state === 'ended')
    .map(({ charger, evse, token, protocol, startedAt, endedAt, energyWh }) => ({
      charger,
      evse,
      token,
      protocol,
      startedAt,
      endedAt,
      energyWh,
    }))
    .toSorted((a, b) => (a.charger < b.charger ? -1 : 1));

type Points = [number, number][];
const pointsOf = async (admin: Caller, device: string, metric: string) =>
  (await admin.read<{ points: Points }>(`/v1/series?device=${device}&metric=${metric}`)).points;

const estate: EstatePlan = smallEstate({ protocols: ['ocpp1.6', 'ocpp2.0.1', 'ocpp1.6'] });
const site = estate.sites[0]?.id ?? '';
const cards: Record<string, string> = { 'CP-1': CARD, 'CP-2': CARD, 'CP-3': OTHER_CARD };

/** A trace of three chargers and a gateway, and what the recorded platform had in the end. */
let folder: TemporaryFolder;
let trace: string;
let recorded: Awaited<ReturnType<typeof sessionsOf>>;
let gridW: Points;
let ending: { code: number | null; text: string };

beforeAll(async () => {
  folder = await temporaryFolder();
  trace = join(folder.path, 'trace.jsonl');
  await using polisgrid = await startTestPlatform();
  const { admin, platform } = polisgrid;
  await using recorder = await startRecorder(trace, platform.consoleUrl);
  {
    await using fleet = await startField({ ...recorder, consoleUrl: platform.consoleUrl }, estate, { gateways: true });
    for (const charger of fleet.chargers) {
      charger.plugIn(1);
      await charger.authorise(1, cards[charger.id] ?? '');
    }
    await pause(2_500);
    fleet.charger('CP-1').cut(100);
    await pause(2_000);
    for (const charger of fleet.chargers) charger.unplug(1);
    await eventually(
      () => sessionsOf(admin),
      (sessions) => sessions.length === 3,
    );
    await eventually(
      () => pointsOf(admin, `${site}-grid`, 'W'),
      (points) => points.length >= 4,
    );
  }
  ending = await recorder.stop();
  recorded = await sessionsOf(admin);
  await caughtUp(admin);
  gridW = await pointsOf(admin, `${site}-grid`, 'W');
});
afterAll(() => folder[Symbol.asyncDispose]());

describe('a live recording', () => {
  it('holds all that was said, how each connection began and ended, and no secret', async () => {
    expect(ending.text).toMatch(/Recorded \d+ OCPP and \d+ MQTT messages, 3 chargers, \d+ devices and 3 sessions/);
    expect(ending.code).toBe(0);
    const [head, ...lines] = await linesOf(trace);
    expect(head).toMatchObject({ 'polisgrid-trace': 2, from: 'live' });
    const kinds = new Set(lines.map(({ kind }) => kind));
    expect(kinds).toEqual(
      new Set(['site', 'charger', 'device', 'token', 'link', 'frame', 'packet', 'ack', 'subscription', 'session']),
    );
    const links = lines.filter(({ kind, peer }) => kind === 'link' && peer === 'CP-1');
    expect(links.map(({ event, clean }) => [event, clean])).toEqual([
      ['opened', undefined],
      ['closed', false],
      ['opened', undefined],
      // A charger that leaves waits a second for the answer, no longer.
      ['closed', expect.any(Boolean)],
    ]);
    const publishes = lines.filter(({ kind, direction, qos }) => kind === 'packet' && direction === 'in' && qos === 1);
    const acks = lines.filter(({ kind, direction, granted }) => kind === 'ack' && direction === 'out' && !granted);
    expect(publishes.length).toBeGreaterThan(10);
    expect(acks).toHaveLength(publishes.length);
    const text = await readFile(trace, 'utf8');
    expect(text).not.toMatch(/authorization|basic /i);
  });

  it('comes out the same in a fresh instance: every answer, session and point', async () => {
    await using fresh = await startTestPlatform();
    const { code, text } = await polisgridCommand('replay', trace, '--diff', '--api', fresh.platform.consoleUrl);
    expect(text).toContain('3 of 3 ended sessions came out the same');
    expect(text).toContain('Every answer is as recorded');
    expect(code).toBe(0);
    expect(await sessionsOf(fresh.admin)).toEqual(recorded);
    await caughtUp(fresh.admin);
    expect(await pointsOf(fresh.admin, `${site}-grid`, 'W')).toEqual(gridW);
  });

  it('names the first answer that differs: a card that is blocked meanwhile, a publish that is not taken', async () => {
    const planted = join(folder.path, 'planted.jsonl');
    const report = join(folder.path, 'diff.json');
    const lines = await linesOf(trace);
    const data = lines.find(({ topic }) => String(topic).includes('/data/'));
    const changed = lines.map((line) => {
      if (line === data) return { ...line, topic: `estate/v1/elsewhere/data/${site}-gw` };
      return line.kind === 'token' && line['token'] === CARD ? { ...line, status: 'blocked' } : line;
    });
    await writeFile(planted, changed.map((line) => JSON.stringify(line)).join('\n'));
    await using fresh = await startTestPlatform();
    const words = ['replay', planted, '--diff', report, '--api', fresh.platform.consoleUrl];
    const { code, text } = await polisgridCommand(...words);
    expect(code).toBe(1);
    expect(text).toMatch(/The first that differs:\n {2}CP-[12], line \d+ \(.*\): (Authorize|TransactionEvent)/);
    expect(text).toMatch(/id(Tag|Token)Info\.status: "Accepted" → "Blocked"/);
    expect(text).toMatch(/-gw, line \d+ \(.*\): publish estate\/v1\/elsewhere.*\n {4}acknowledged → not acknowledged/);
    expect(text).not.toContain('CP-3, line');
    const found = JSON.parse(await readFile(report, 'utf8')) as { first: { line: number; fields: unknown[] } };
    expect(lines[found.first.line - 1]).toMatchObject({ kind: 'frame', direction: 'out' });
    expect(found.first.fields).toMatchObject([{ recorded: 'Accepted', got: 'Blocked' }]);
    // What came after the publish that was not taken did arrive.
    await caughtUp(fresh.admin);
    expect(await pointsOf(fresh.admin, `${site}-grid`, 'W')).toEqual(gridW.slice(1));
  });

  it('can be played under other names, for one charger alone, and as if it were now', async () => {
    await using fresh = await startTestPlatform();
    const api = ['--api', fresh.platform.consoleUrl];
    const begunMs = Date.now();
    const one = await polisgridCommand(
      'replay',
      trace,
      '--only',
      'CP-3',
      '--map',
      'CP-3=OTHER',
      '--shift',
      'now',
      ...api,
    );
    expect(one).toMatchObject({ code: 0, text: expect.stringContaining('1 of 1 ended sessions') });
    const [session, ...more] = await sessionsOf(fresh.admin);
    expect(more).toEqual([]);
    expect(session).toMatchObject({
      charger: 'OTHER',
      energyWh: recorded.find(({ charger }) => charger === 'CP-3')?.energyWh,
    });
    expect(Date.parse(session?.startedAt ?? '')).toBeGreaterThanOrEqual(begunMs);

    const all = await polisgridCommand('replay', trace, '--prefix', 'copy-', ...api);
    expect(all).toMatchObject({ code: 0, text: expect.stringContaining('3 of 3 ended sessions') });
    const copies = (await sessionsOf(fresh.admin)).filter(({ charger }) => charger.startsWith('copy-'));
    expect(copies).toEqual(recorded.map((found) => ({ ...found, charger: `copy-${found.charger}` })));
    await caughtUp(fresh.admin);
    expect(await pointsOf(fresh.admin, `copy-${site}-grid`, 'W')).toEqual(gridW);
  });

  it('can be played at its own pace', async () => {
    await using fresh = await startTestPlatform();
    const said = (await linesOf(trace)).flatMap(({ at, kind, direction }) =>
      typeof at === 'string' && kind === 'frame' && direction === 'in' ? [Date.parse(at)] : [],
    );
    const recordedMs = (said.at(-1) ?? 0) - (said[0] ?? 0);
    const begunMs = Date.now();
    const { code } = await polisgridCommand('replay', trace, '--speed', '2', '--api', fresh.platform.consoleUrl);
    expect(code).toBe(0);
    expect(Date.now() - begunMs).toBeGreaterThan(recordedMs / 2);
  });
});

describe('a recorder that is killed', () => {
  it('leaves what it passed on, and a torn last line is left out', async () => {
    const file = join(folder.path, 'killed.jsonl');
    await using polisgrid = await startTestPlatform();
    const { platform } = polisgrid;
    const two = smallEstate({ protocols: ['ocpp1.6', 'ocpp2.0.1'] });
    await using recorder = await startRecorder(file, platform.consoleUrl);
    await using fleet = await startField({ ...recorder, consoleUrl: platform.consoleUrl }, two);
    expect(fleet.chargers).toHaveLength(2);
    await pause(500);
    await recorder.kill();
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text}{"kind":"frame","at":"2026-01-`);

    await using fresh = await startTestPlatform();
    const { code, text: said } = await polisgridCommand('replay', file, '--diff', '--api', fresh.platform.consoleUrl);
    expect(said).toMatch(/Line \d+ of .* breaks off/);
    expect({ code, said }).toEqual({ code: 0, said });
  });
});
