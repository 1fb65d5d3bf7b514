import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCharging, type Charging } from '#charging/index.ts';
import { handClock } from '#estate/clock.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { DAY } from '#estate/units.ts';
import { openRecords } from '#storage/open.ts';
import type { Records } from '#storage/records.ts';
import { startPostgres, type PostgresServer } from '../servers/postgres.ts';

const MODULES = [new URL('../../charging/records.ts', import.meta.url).href];
const TEN = Date.UTC(2026, 4, 18, 10);
const C1 = { id: 'C1', site: 'barolo', synthetic: true };
const PLACE = {
  component: 'EVSE',
  componentInstance: null,
  evse: 1,
  connector: null,
  variable: 'Power',
  variableInstance: null,
};

let folder: string;
let postgres: PostgresServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polisgrid-followed-'));
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe.each([
  { engine: 'sqlite', url: () => Promise.resolve('sqlite:followed.db') },
  { engine: 'postgres', url: () => postgres.createDatabase('followed') },
])('What chargers are followed in, in $engine', ({ url }) => {
  const clock = handClock(TEN);
  let records: Records;
  let charging: Charging;
  beforeAll(async () => {
    records = await openRecords(await url(), { modules: MODULES, dataFolder: folder });
    charging = createCharging({ records, ground: { clock, random: seededRandom('followed'), log: silentLog } });
  });
  afterAll(() => records.close());

  it('are jobs', async () => {
    const job = { kind: 'firmware-update', request: 7, at: TEN } as const;
    await charging.jobs.asked({ charger: C1, ...job, terms: { url: 'https://fw.test/1.bin' } });
    await charging.jobs.answered({ charger: 'C1', ...job, state: 'accepted' });
    await charging.jobs.reported({ charger: C1, ...job, state: 'downloading' });
    await charging.jobs.reported({ charger: C1, ...job, request: null, state: 'downloaded' });
    expect(await charging.jobs.list({ charger: 'C1', limit: 9 })).toMatchObject([
      { request: 7, outcome: 'running', states: [{}, {}, { state: 'downloading', at: TEN }, { state: 'downloaded' }] },
    ]);
    await charging.jobs.sweep(TEN + 2 * DAY);
    expect(await charging.jobs.list({ outcome: 'lost', limit: 9 })).toHaveLength(1);
  });

  it('are monitors and events', async () => {
    const { monitoring } = charging;
    const monitor = { ...PLACE, type: 'delta' as const, value: 1.5, severity: 1, inTransaction: true };
    await monitoring.set(C1, [{ id: 1, ...monitor }], TEN);
    await monitoring.reportAsked({ charger: 'C1', request: 3, whole: true, at: TEN });
    const part = { charger: 'C1', request: 3, seqNo: 0, more: false, monitors: [{ id: 2, ...monitor }], at: TEN };
    await monitoring.reported(part);
    expect(await monitoring.monitors({ charger: 'C1', limit: 9 })).toEqual([{ id: 2, ...monitor }]);
    const event = {
      ...PLACE,
      said: 'once',
      eventId: 1,
      at: TEN,
      trigger: 'alerting' as const,
      cause: null,
      value: '12000',
      techCode: null,
      techInfo: null,
      cleared: false,
      transaction: null,
      monitor: 2,
    };
    await monitoring.happened(C1, [event, event], TEN);
    expect(await monitoring.events({ limit: 9 })).toMatchObject([{ ...PLACE, severity: 1, receivedAt: TEN }]);
    expect(await monitoring.standing()).toMatchObject([{ about: 'monitor 2', active: true }]);
    await monitoring.scoped(C1, { base: 'factory-default' }, TEN);
    expect(await monitoring.standing()).toEqual([]);
  });

  it('are displays, and what is known of customers', async () => {
    const message = { priority: 'always-front', state: null, from: null, to: TEN + 1, transaction: 'tx' } as const;
    const words = { format: 'utf8', language: null, content: 'Ciao', display: null, evse: null };
    await charging.displays.set(C1, { id: 1, ...message, ...words }, TEN);
    await charging.displays.set(C1, { id: 2, ...message, ...words }, TEN);
    expect(await charging.displays.messages({ charger: 'C1', at: TEN, limit: 9 })).toEqual([
      { id: 2, ...message, ...words },
    ]);
    await charging.customerReports.asked({ charger: 'C1', request: 1, cleared: true, at: TEN });
    await charging.customerReports.told({ charger: 'C1', request: 1, seqNo: 0, more: false, text: 'Anna' });
    expect(await charging.customerReports.list('C1')).toMatchObject([{ text: 'Anna', complete: true }]);
    await charging.customerReports.sweep(TEN + DAY);
    expect(await charging.customerReports.list('C1')).toEqual([]);
  });
});
