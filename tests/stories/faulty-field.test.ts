import { describe, expect, it } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { seededRandom } from '#estate/random.ts';
import { MINUTE, SECOND } from '#estate/units.ts';
import { FAULTS, type DeviceTruth, type Fleet } from '#simulators/index.ts';
import { crank } from '../platform/crank.ts';
import { CARD, OTHER_CARD, smallEstate, startField } from '../platform/field.ts';
import { startTestPlatform } from '../platform/in-process.ts';
import { settledTruth, verifyField } from '../platform/verify-field.ts';

const MORNING = Date.UTC(2026, 4, 18, 10);
const NOWHERE = { api: '', key: '', ocppUrl: '', mqttUrl: '', mqttRoot: '', site: '', delayCommits: null };

/** What goes wrong while two sessions run at a 1.6 and at a 2.0.1 charger. */
const CASES: [string, Record<string, unknown>][] = [
  ['duplicate', { times: 3 }],
  ['malformed', { share: 0.5, kinds: ['cut', 'types', 'unknown'] }],
  ['malformed', { share: 0.1, kinds: ['not-utf8', 'huge'] }],
  ['reorder', {}],
  ['late', { delay: '2m' }],
  ['stale-clock', { offBy: '-4m' }],
  ['stale-clock', { offBy: '+3h' }],
  ['stale-clock', { shows: '1970-01-01' }],
  ['repeated-ids', {}],
  ['swapped-transactions', {}],
  ['swallowed-replies', { share: 0.2 }],
  ['swallowed-replies', { share: 0.2, sameId: true }],
  ['cut', { backWithin: '20s' }],
  ['reboot', { within: '10s' }],
];

describe('What the field tells is kept, whatever goes wrong:', () => {
  it.each(CASES)('%s %j', async (name, given) => {
    const clock = handClock(MORNING);
    await using polisgrid = await startTestPlatform({ clock });
    const estate = smallEstate({ protocols: ['ocpp1.6', 'ocpp2.0.1'], evses: 2 });
    await using fleet = await startField(polisgrid.platform, estate, { clock, meterIntervalS: 30 });
    await begin(fleet, clock);
    const end = beginFault(name, given, { fleet, clock });
    await crank(clock, 3 * MINUTE);
    for (const charger of fleet.chargers) charger.unplug(1);
    await crank(clock, MINUTE);
    await end();
    await crank(clock, 2 * MINUTE);
    for (const charger of fleet.chargers) charger.unplug(2);
    await crank(clock, MINUTE);
    const truth = await settledTruth(fleet, { from: MORNING, clock });
    const { checked, differences } = await verifyField(truth, polisgrid, { clock });
    expect(differences).toEqual([]);
    expect(checked.sessions).toBe(4);
  });

  it.each([{ offBy: '-4m' }, { offBy: '-1d' }, { offBy: '+3h' }, { shows: '1970-01-01' }])(
    'stale-clock %j of gateways',
    async (given) => {
      const clock = handClock(MORNING);
      await using polisgrid = await startTestPlatform({ clock });
      const estate = smallEstate({ protocols: ['ocpp1.6'] });
      const options = { clock, gateways: true, readingPeriodMs: 30 * SECOND };
      await using fleet = await startField(polisgrid.platform, estate, options);
      await crank(clock, 6 * MINUTE);
      const end = beginFault('stale-clock', given, { fleet, clock });
      await crank(clock, 6 * MINUTE);
      await end();
      await crank(clock, MINUTE);
      const truth = await settledTruth(fleet, { from: MORNING, clock });
      const { checked, differences } = await verifyField(truth, polisgrid, { clock });
      expect(differences).toEqual([]);
      expect(checked.devices).toBeGreaterThan(5);
      const wrong = truth.sites.map((site) => ({ ...site, devices: site.devices.map(withOneMore) }));
      const found = await verifyField({ ...truth, sites: wrong }, polisgrid, { clock });
      expect(new Set(found.differences.map(({ kind }) => kind))).toEqual(new Set(['points']));
      expect(found.differences).toHaveLength(checked.devices);
    },
  );

  it.each(['repeats-ids', 'long-serials-wrong-clock', 'ignores-limits'] as const)('the manner %s', async (manner) => {
    const clock = handClock(MORNING);
    await using polisgrid = await startTestPlatform({ clock });
    const estate = smallEstate({ protocols: ['ocpp1.6', 'ocpp2.0.1'], evses: 2 });
    const serial = 'EL0000001/EL-22-DUO/a-serial-that-is-too-long';
    const chargers = estate.chargers.map((each) => ({ ...each, manner, serial }));
    await using fleet = await startField(polisgrid.platform, { ...estate, chargers }, { clock, meterIntervalS: 30 });
    await begin(fleet, clock);
    for (const charger of fleet.chargers) charger.cut(20 * SECOND);
    await crank(clock, 10 * SECOND);
    for (const charger of fleet.chargers) charger.unplug(1);
    await crank(clock, 2 * MINUTE);
    const truth = await settledTruth(fleet, { from: MORNING, clock });
    const { checked, differences } = await verifyField(truth, polisgrid, { clock });
    expect(differences).toEqual([]);
    expect(checked.sessions).toBe(4);
  });
});

/** Says that more was acknowledged than was. */
function withOneMore(device: DeviceTruth): DeviceTruth {
  return { ...device, acknowledged: device.acknowledged + (device.stampedAgain ?? 0) + 1 };
}

async function begin(fleet: Fleet, clock: ReturnType<typeof handClock>): Promise<void> {
  for (const charger of fleet.chargers) {
    for (const [evse, card] of [
      [1, CARD],
      [2, OTHER_CARD],
    ] as const) {
      charger.plugIn(evse);
      const accepted = charger.authorise(evse, card);
      await crank(clock, 4 * SECOND, SECOND);
      expect(await accepted).toBe(true);
    }
  }
  await crank(clock, MINUTE);
}

function beginFault(
  name: string,
  given: object,
  { fleet, clock }: { fleet: Fleet; clock: ReturnType<typeof handClock> },
) {
  const fault = FAULTS.find((each) => each.name === name);
  if (!fault) throw new Error(`There is no fault ${name}.`);
  return fault.begin(
    {
      chargers: fleet.chargers,
      gateways: fleet.gateways,
      lanes: [],
      clock,
      random: (of) => seededRandom(`${name}/${of}`),
      target: NOWHERE,
      came: () => undefined,
      report: () => undefined,
    },
    fault.parameters.parse(given),
  );
}
