import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCharging, type Charging, type TransactionReport } from '#charging/index.ts';
import { handClock } from '#estate/clock.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { openRecords } from '#storage/open.ts';
import type { Records } from '#storage/records.ts';
import { startPostgres, type PostgresServer } from '../servers/postgres.ts';

const MODULES = [new URL('../../charging/records.ts', import.meta.url).href];
const TEN = Date.UTC(2026, 4, 18, 10);

let folder: string;
let postgres: PostgresServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polisgrid-ledger-'));
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe.each([
  { engine: 'sqlite', url: () => Promise.resolve('sqlite:ledger.db') },
  { engine: 'postgres', url: () => postgres.createDatabase('ledger') },
])('The ledger in $engine', ({ url }) => {
  const clock = handClock(TEN);
  let records: Records;
  let charging: Charging;
  beforeAll(async () => {
    records = await openRecords(await url(), { modules: MODULES, dataFolder: folder });
    charging = createCharging({ records, ground: { clock, random: seededRandom('ledger'), log: silentLog } });
    await charging.start();
  });
  afterAll(async () => {
    charging.stop();
    await records.close();
  });

  const report = (charger: string, seqNo: number, more: Partial<TransactionReport> = {}) => {
    const phases = { 0: 'began', 9: 'ended' } as const;
    const phase = seqNo === 0 || seqNo === 9 ? phases[seqNo] : 'updated';
    const at = TEN + seqNo * MINUTE;
    const wh = 1_000 * (seqNo + 1);
    return charging.reported({
      charger: { id: charger, site: 'barolo', synthetic: true },
      protocol: 'ocpp2.0.1',
      phase,
      transaction: 'tx',
      seqNo,
      evse: 1,
      connector: 1,
      token: null,
      at,
      receivedAt: at,
      firstRegisterWh: wh,
      lastRegisterWh: wh,
      powerW: 60_000,
      currentA: [16, 0, 0.5],
      reason: null,
      frame: `[2,"${seqNo}"]`,
      ...more,
    });
  };
  const session = async (charger: string) => (await charging.sessions({ charger, limit: 2 }))[0];
  const open = async (charger: string) =>
    (await charging.reconciliation.list({ charger, settled: false, limit: 9 })).map(({ doubts, frames }) => ({
      doubts: doubts.map(({ doubt }) => doubt),
      frames: frames.map(({ frame }) => frame),
    }));

  it('keeps the same, whatever the order and however often, all at once', async () => {
    const numbers = [4, 0, 9, 9, 2, 1, 3, 8, 5, 5, 7, 6, 0];
    await Promise.all(numbers.map((seqNo) => report('order', seqNo)));
    expect(await session('order')).toMatchObject({ state: 'ended', energyWh: 9_000, doubts: [] });
    expect(await open('order')).toEqual([]);
  });

  it('keeps each doubt with its message until it resolves itself', async () => {
    await report('gap', 0);
    await report('gap', 2);
    expect(await charging.activeSessions({})).toMatchObject([{ currentA: 16, phases: 1 }]);
    expect(await open('gap')).toEqual([{ doubts: ['missing-events'], frames: ['[2,"2"]'] }]);
    const question = { charger: 'gap', transaction: 'tx' };
    expect(
      await charging.reconciliation.activeTransactions({ charger: 'gap', heardBefore: TEN + HOUR, limit: 9 }),
    ).toEqual([question]);
    expect(await charging.reconciliation.tornTransactions({ limit: 9 })).toEqual([]);
    await charging.reachable({ id: 'gap', site: 'barolo', synthetic: true }, true, TEN);
    expect(await charging.reconciliation.tornTransactions({ limit: 9 })).toEqual([question]);
    await report('gap', 1);
    expect(await open('gap')).toEqual([]);
  });

  it('closes what its charger no longer knows, and lets a person settle it', async () => {
    const status = { ongoing: false, queued: false };
    await charging.reconciliation.transactionStatus({ charger: 'gap', transaction: 'tx', status, at: TEN + HOUR });
    const closed = await session('gap');
    expect(closed).toMatchObject({ state: 'incomplete', energyWh: 2_000, doubts: ['missing-stop'] });
    const decision = { resolution: 'correct', energyWh: 2_500, endedAt: null, note: 'è così', by: 'ada' } as const;
    const settled = { session: closed?.id ?? '', ...decision, at: TEN + 2 * HOUR };
    expect(await charging.reconciliation.settle(settled)).toMatchObject({ energyWh: 2_500, meteredWh: 2_000 });
    expect(await open('gap')).toEqual([]);
    expect(await charging.reconciliation.list({ settled: true, doubt: 'missing-stop', limit: 9 })).toHaveLength(1);
  });

  it('takes ids of any length', async () => {
    const transaction = 'tx'.repeat(20_000);
    await report('long', 0, { transaction, token: transaction });
    await report('long', 9, { transaction, token: transaction });
    expect(await session('long')).toMatchObject({ state: 'ended', energyWh: 9_000 });
  });

  it('ends what nobody ends, and forgets old events, by the clock', async () => {
    await report('silent', 0);
    await report('silent', 1);
    await report('lost', 9);
    await clock.advance(HOUR);
    expect(await session('silent')).toMatchObject({ state: 'active' });
    await forward(8 * DAY);
    await expect
      .poll(() => session('silent'))
      .toMatchObject({
        state: 'incomplete',
        reason: 'the charger was not heard for 7 days',
      });
    await expect.poll(() => session('lost')).toMatchObject({ state: 'incomplete', doubts: ['lost-events'] });
    await forward(100 * DAY);
    // The event is not known any more; the session is what it was.
    await expect.poll(async () => (await report('order', 5)).repeated).toBe(false);
    expect(await session('order')).toMatchObject({ state: 'ended', energyWh: 9_000, doubts: [] });
  });

  /** Long after, the process starts anew. */
  async function forward(durationMs: number): Promise<void> {
    charging.stop();
    await clock.advance(durationMs);
    await charging.start();
    await clock.advance(HOUR + MINUTE);
  }
});
