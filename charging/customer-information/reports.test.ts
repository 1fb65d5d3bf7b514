import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY, MINUTE } from '#estate/units.ts';
import { openCharging, TEN, type ChargingSpecimen } from '../specimens.ts';
import type { CustomerReports } from './report.ts';

let specimen: ChargingSpecimen;
let reports: CustomerReports;
beforeEach(async () => {
  specimen = await openCharging();
  reports = specimen.charging.customerReports;
});
afterEach(async () => {
  specimen.charging.stop();
  await specimen.records.close();
});

const ask = (request: number) => reports.asked({ charger: 'C1', request, cleared: false, at: TEN });
const tell = (request: number, seqNo: number, more: boolean, text: string) =>
  reports.told({ charger: 'C1', request, seqNo, more, text });

test('what a charger tells of a customer is joined from its parts, in whatever order', async () => {
  await ask(1);
  await tell(1, 1, false, 'Rossi');
  expect(await reports.list('C1')).toMatchObject([{ complete: false }]);
  await tell(1, 0, true, 'Anna ');
  await tell(1, 0, true, 'Anna ');
  expect(await reports.list('C1')).toEqual([
    { charger: 'C1', request: 1, askedAt: TEN, cleared: false, complete: true, text: 'Anna Rossi' },
  ]);
});

test('what nobody asked for, or what was refused, is not kept', async () => {
  await tell(1, 0, false, 'Anna');
  await ask(2);
  await reports.refused('C1', 2);
  await tell(2, 0, false, 'Anna');
  expect(await reports.list('C1')).toEqual([]);
});

test('it is forgotten after a day', async () => {
  await specimen.charging.start();
  await ask(1);
  await tell(1, 0, false, 'Anna');
  await specimen.clock.advance(DAY - 20 * MINUTE);
  expect(await reports.list('C1')).toHaveLength(1);
  await specimen.clock.advance(30 * MINUTE);
  await expect.poll(() => reports.list('C1')).toEqual([]);
});
