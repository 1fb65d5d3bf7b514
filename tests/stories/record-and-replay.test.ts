import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { polisgridCommand, PROGRAM } from '../platform/command.ts';
import { eventually } from '../platform/http.ts';
import { startTestPlatform } from '../platform/in-process.ts';
import { startProcess } from '../platform/process.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';
import type { SessionView } from '../platform/views.ts';

const endedSessions = async (sessions: Promise<SessionView[]>) =>
  (await sessions)
    .filter(({ state }) => state === 'ended')
    .map(({ charger, evse, token, startedAt, endedAt, energyWh }) => ({
      charger,
      evse,
      token,
      startedAt,
      endedAt,
      energyWh,
    }))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

describe('record and replay', () => {
  it('take a trace of the demo and play it into a fresh instance, which ends with the same sessions', async () => {
    await using folder = await temporaryFolder();
    const trace = join(folder.path, 'trace.jsonl');

    let recorded: SessionView[];
    {
      await using demo = await startProcess({ data: join(folder.path, 'demo') });
      await eventually(
        () => demo.admin.items<SessionView>('/v1/sessions?limit=1000'),
        (sessions) => sessions.filter(({ state }) => state === 'ended').length >= 20,
        60_000,
      );
      const { code, text } = await polisgridCommand('record', trace, '--api', demo.consoleUrl);
      expect(text).toMatch(/Recorded \d+ OCPP messages, 100 chargers/);
      expect(code).toBe(0);
      recorded = await demo.admin.items<SessionView>('/v1/sessions?limit=1000');
    }

    await using fresh = await startProcess({ data: join(folder.path, 'fresh'), flags: ['--demo', 'off'] });
    const { code, text } = await polisgridCommand('replay', trace, '--api', fresh.consoleUrl);
    expect(text).toMatch(/(\d+) of \1 ended sessions came out the same/);
    expect(code).toBe(0);

    const inTrace = new Set(
      (await readFile(trace, 'utf8')).split('\n').flatMap((line) => {
        const found = line.startsWith('{"kind":"session"') ? (JSON.parse(line) as SessionView) : null;
        return found?.state === 'ended' ? [`${found.charger} ${found.startedAt}`] : [];
      }),
    );
    const of = (sessions: SessionView[]) => sessions.filter((one) => inTrace.has(`${one.charger} ${one.startedAt}`));
    const replayed = fresh.admin.items<SessionView>('/v1/sessions?limit=1000').then(of);
    expect(await endedSessions(replayed)).toEqual(await endedSessions(Promise.resolve(of(recorded))));
    expect(inTrace.size).toBeGreaterThanOrEqual(20);
  });

  it('plays a trace of version 1, also what is no proper call, and names what is answered otherwise', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'old.jsonl');
    const at = '2026-05-18T10:00:00.000Z';
    const site = { name: 'Old', latitude: null, longitude: null, gridLimitW: null, synthetic: true };
    const said = (direction: string, frame: string) => ({
      kind: 'frame',
      at,
      charger: 'OLD-1',
      protocol: 'ocpp1.6',
      direction,
      frame,
    });
    const lines = [
      { 'polisgrid-trace': 1, recordedAt: at },
      { kind: 'site', id: 'old', ...site },
      { kind: 'charger', id: 'OLD-1', site: 'old', synthetic: true },
      { kind: 'token', token: 'CARD', status: 'accepted', group: null, expiresAt: null },
      said('in', '[2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]'),
      said('out', `[3,"1",{"status":"Accepted","currentTime":"${at}","interval":5}]`),
      said('in', '[2,"2","Authorize",{"idTag":"CARD"}]'),
      said('out', '[3,"2",{"idTagInfo":{"status":"Blocked"}}]'),
      said('in', '[2,"3","NoSuchThing",{}]'),
      said('out', '[4,"3","NotImplemented","in other words",{}]'),
      said('in', '[2,"4","Authorize"]'),
      said('out', '[4,"4","SecurityError","",{}]'),
    ];
    await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'));
    await using fresh = await startTestPlatform();
    const { code, text } = await polisgridCommand('replay', file, '--diff', '--api', fresh.platform.consoleUrl);
    expect(text).toContain('Replayed 4 messages of 1 charger and 0 gateways');
    expect(text).toContain('2 answers differ');
    expect(text).toMatch(/OLD-1, line 8 \(.*\): Authorize\n {4}idTagInfo\.status: "Blocked" → "Accepted"/);
    expect(code).toBe(1);
  });

  it('say what is wrong: no such instance, no such file, a broken trace', async () => {
    await using folder = await temporaryFolder();
    expect(await polisgridCommand('record', join(folder.path, 't'), '--api', 'http://127.0.0.1:9')).toMatchObject({
      code: 3,
      text: expect.stringContaining('Nothing answers at http://127.0.0.1:9'),
    });
    expect(await polisgridCommand('replay', join(folder.path, 'none'))).toMatchObject({ code: 2 });
    for (const words of [
      ['replay', PROGRAM, '--shift', 'then'],
      ['replay', PROGRAM, '--map', 'A'],
      ['replay', PROGRAM, '--speed', 'fast'],
      ['replay', PROGRAM, PROGRAM],
      ['record', 't', '--host', '::1'],
      ['record', 't', '--tls'],
      ['record', 't', '--live', '--tls-key', PROGRAM],
      ['record', 't', '--live', '--ocpp-port', 'x'],
    ])
      expect(await polisgridCommand(...words)).toMatchObject({ code: 2, text: expect.stringContaining('expected') });
    expect(await polisgridCommand('replay', PROGRAM)).toMatchObject({
      code: 2,
      text: expect.stringContaining('Line 1'),
    });
    expect(spawnSync(process.execPath, [PROGRAM, 'nonsense']).status).toBe(2);
  });
});
