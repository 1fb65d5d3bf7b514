import { afterEach, beforeEach, expect, test } from 'vitest';
import { charger, openCharging, report201, TEN, type ChargingSpecimen } from '../specimens.ts';
import type { DisplayedMessage, Displays } from './message.ts';

let specimen: ChargingSpecimen;
let displays: Displays;
beforeEach(async () => {
  specimen = await openCharging();
  ({ displays } = specimen.charging);
});
afterEach(() => specimen.records.close());

const C1 = charger('C1');
const message = (id: number, more: Partial<DisplayedMessage> = {}): DisplayedMessage => ({
  id,
  priority: 'normal-cycle',
  state: null,
  from: null,
  to: null,
  transaction: null,
  format: 'utf8',
  language: null,
  content: 'Ciao',
  display: null,
  evse: null,
  ...more,
});
const shown = async (at = TEN) => (await displays.messages({ charger: 'C1', at, limit: 9 })).map(({ id }) => id);

test('a message is shown until it is replaced or cleared', async () => {
  await displays.set(C1, message(1), TEN);
  await displays.set(C1, message(2), TEN);
  await displays.set(C1, message(1, { content: 'Servus' }), TEN);
  expect(await displays.messages({ charger: 'C1', at: TEN, limit: 9 })).toEqual([
    message(1, { content: 'Servus' }),
    message(2),
  ]);
  await displays.cleared(C1, 1);
  expect(await shown()).toEqual([2]);
});

test('of those always in front there is one', async () => {
  await displays.set(C1, message(1, { priority: 'always-front' }), TEN);
  await displays.set(C1, message(2, { priority: 'in-front' }), TEN);
  await displays.set(C1, message(3, { priority: 'always-front' }), TEN);
  expect(await shown()).toEqual([2, 3]);
});

test('a message goes when its time or its transaction is over', async () => {
  await displays.set(C1, message(1, { to: TEN + 10 }), TEN);
  await displays.set(C1, message(2, { transaction: 'tx' }), TEN);
  await specimen.charging.reported(report201('began'));
  expect(await shown()).toEqual([1, 2]);
  expect(await shown(TEN + 10)).toEqual([2]);
  await specimen.charging.reported(report201('ended', { minute: 1 }));
  expect(await shown()).toEqual([1]);
});

test.each<[string, whole: boolean, number, number[]]>([
  ['a whole one leaves out what is gone', true, 5, [2, 3]],
  ['one of some leaves the others', false, 5, [1, 2, 3]],
  ['one that nobody asked for leaves the others', true, 6, [1, 2, 3]],
])('a list comes in parts: %s', async (_, whole, request, expected) => {
  await displays.set(C1, message(1), TEN);
  await displays.listAsked({ charger: 'C1', request, whole, at: TEN });
  await displays.listed({ charger: 'C1', request: 5, more: true, messages: [message(2)], at: TEN + 1 });
  expect(await shown()).toEqual([1, 2]);
  await displays.listed({ charger: 'C1', request: 5, more: false, messages: [message(3)], at: TEN + 1 });
  expect(await shown()).toEqual(expected);
});
