import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import type { TransactionReport } from './index.ts';
import { openCharging, report201, TEN, type ChargingSpecimen } from './specimens.ts';

const EVENTS = 2_000;

let specimen: ChargingSpecimen;
beforeAll(async () => {
  specimen = await openCharging();
  await specimen.charging.start();
});
afterAll(async () => {
  specimen.charging.stop();
  await specimen.records.close();
});

function backlogOf(charger: string): TransactionReport[] {
  return Array.from({ length: EVENTS }, (_, seqNo) => {
    const phase = seqNo === 0 ? 'began' : seqNo === EVENTS - 1 ? 'ended' : 'updated';
    return report201(phase, { charger, seqNo, minute: seqNo, wh: 1_000 + 10 * seqNo, powerW: 600 });
  });
}

async function tell(reports: readonly TransactionReport[]): Promise<void> {
  await Promise.all(reports.map((report) => specimen.charging.reported(report)));
}

const sessionOf = async (charger: string) => (await specimen.charging.sessions({ charger, limit: 2 }))[0];

describe(`${EVENTS} messages of a session that are told backwards`, () => {
  test('come to what they come to in their order, in a time that grows with their number only', async () => {
    const startedAt = performance.now();
    await tell(backlogOf('forwards'));
    const forwardsMs = performance.now() - startedAt;
    await tell(backlogOf('backwards').toReversed());
    const backwardsMs = performance.now() - startedAt - forwardsMs;
    const told = await sessionOf('backwards');
    const { id: _id, charger: _charger, token: _token, ...expected } = (await sessionOf('forwards')) ?? {};
    expect(told).toMatchObject(expected);
    expect(told).toMatchObject({ state: 'ended', energyWh: 10 * (EVENTS - 1), startedAt: TEN });
    // Counted anew for each they would take some hundred times as long.
    expect(backwardsMs).toBeLessThan(10 * forwardsMs + 1_000);
  });

  test('are counted in within a minute, though the rest never comes', async () => {
    const some = backlogOf('torn').slice(1_000);
    await tell(some.toReversed());
    const before = await sessionOf('torn');
    expect(before?.doubts).toEqual(['missing-start', 'late-events']);
    await specimen.clock.advance(MINUTE);
    await expect.poll(async () => (await sessionOf('torn'))?.doubts).toEqual(['missing-start']);
    expect(await sessionOf('torn')).toMatchObject({ energyWh: 10 * 999, startedAt: TEN + 1_000 * MINUTE });
  });
});
