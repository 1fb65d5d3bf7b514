import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCharging } from '../index.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { charger, openCharging, TEN, type ChargingSpecimen } from '../specimens.ts';

let specimen: ChargingSpecimen;
beforeAll(async () => {
  specimen = await openCharging();
});
afterAll(() => specimen.records.close());

test('a charger is accepted unless somebody said otherwise, also after a restart', async () => {
  const { records, clock, charging } = specimen;
  const { registrations } = charging;
  expect(registrations.of('C1')).toBe('accepted');
  await registrations.put('C1', 'pending');
  await registrations.put('C1', 'rejected');
  await registrations.put('C2', 'pending');
  await registrations.put('C2', 'accepted');

  const next = createCharging({ records, ground: { clock, random: seededRandom('next'), log: silentLog } });
  await next.start();
  next.stop();
  expect(['C1', 'C2'].map((id) => next.registrations.of(id))).toEqual(['rejected', 'accepted']);
});

test('a boot is new once for each model, firmware and version', async () => {
  const boot = { vendor: 'Acme', model: 'Wall', serial: null, firmware: '1.0', protocol: 'ocpp1.6' } as const;
  const boots = [boot, boot, { ...boot, firmware: '2.0' }, { ...boot, firmware: '2.0' }];
  const isNew: boolean[] = [];
  for (const one of boots) isNew.push((await specimen.charging.booted(charger('C3'), one, TEN)).isNew);
  expect(isNew).toEqual([true, false, true, false]);
});
