import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { charger, openCharging, report16, TEN, type ChargingSpecimen } from '../specimens.ts';
import type { ChargingProfile } from './profile.ts';

let specimen: ChargingSpecimen;
beforeEach(async () => {
  specimen = await openCharging();
});

const amps = (limit: number) => [{ startS: 0, limit, phases: null }];
const profile = (number: number, more: Partial<ChargingProfile> = {}): ChargingProfile => ({
  number,
  evse: 1,
  purpose: 'default',
  kind: 'relative',
  stackLevel: 1,
  unit: 'A',
  periods: amps(16),
  startsAt: null,
  durationS: null,
  validFrom: null,
  validTo: null,
  transaction: null,
  ...more,
});
const install = (one: ChargingProfile, { replacesAlike = true, at = TEN } = {}) =>
  specimen.charging.profiles.installed({ charger: 'C1', profile: one, replacesAlike, at });
const numbers = async (at = TEN) => (await specimen.charging.profiles.list('C1', at)).map(({ number }) => number);
const begun = async () => (await specimen.charging.reported(report16('began', { wh: 0 }))).transaction;

describe('a profile that a charger has taken', () => {
  it('is told as ours, and only of its charger', async () => {
    await install(profile(7));
    expect(await specimen.charging.profiles.list('C1', TEN)).toEqual([
      { ...profile(7), charger: 'C1', source: 'ours', since: TEN },
    ]);
    expect(await specimen.charging.profiles.list('C2', TEN)).toEqual([]);
  });

  it('replaces that of its number, and where the version says so that of its purpose, level and EVSE', async () => {
    await install(profile(7, { stackLevel: 2 }));
    await install(profile(7));
    await install(profile(8), { replacesAlike: false });
    expect(await numbers()).toEqual([7, 8]);
    await install(profile(9));
    expect(await numbers()).toEqual([9]);
    await install(profile(10, { evse: 2 }));
    await install(profile(11, { stackLevel: 2 }));
    expect(await numbers()).toEqual([9, 10, 11]);
  });

  it('is gone when its validity is over', async () => {
    await install(profile(7, { validTo: TEN + MINUTE }));
    expect(await numbers(TEN + MINUTE - 1)).toEqual([7]);
    expect(await numbers(TEN + MINUTE)).toEqual([]);
  });

  it('is gone with its transaction', async () => {
    const transaction = await begun();
    await install(profile(7, { purpose: 'transaction', transaction }));
    await install(profile(8, { purpose: 'transaction', transaction: '99', stackLevel: 2 }));
    expect(await numbers()).toEqual([7]);
    await specimen.charging.reported(report16('ended', { transaction, minute: 5, wh: 100 }));
    expect(await numbers(TEN + 5 * MINUTE)).toEqual([]);
  });

  it('waits ten minutes for the transaction it was started with, and goes with that', async () => {
    await install(profile(7, { purpose: 'transaction' }));
    expect(await numbers(TEN + 9 * MINUTE)).toEqual([7]);
    expect(await numbers(TEN + 10 * MINUTE)).toEqual([]);
    const transaction = await begun();
    expect(await numbers(TEN + HOUR)).toEqual([7]);
    await specimen.charging.reported(report16('ended', { transaction, minute: 60, wh: 100 }));
    expect(await numbers(TEN + HOUR)).toEqual([]);
  });

  it.each([
    [{ number: 7 }, [8, 9]],
    [{ evse: 1 }, [9]],
    [{ purpose: 'station-maximum' as const }, [7, 8]],
    [{ stackLevel: 2 }, [7, 9]],
    [{ evse: 1, stackLevel: 1 }, [8, 9]],
    [{}, []],
  ])('is gone when %j is cleared', async (criteria, left) => {
    await install(profile(7));
    await install(profile(8, { stackLevel: 2 }));
    await install(profile(9, { purpose: 'station-maximum', evse: 0 }));
    await specimen.charging.profiles.cleared('C1', criteria);
    expect(await numbers()).toEqual(left);
  });
});

describe('a report', () => {
  const { profiles } = { profiles: () => specimen.charging.profiles };
  const told = (...some: ChargingProfile[]) => ({ charger: 'C1', request: 5, profiles: some, at: TEN + MINUTE });

  it('in parts leaves what is told, adds what was not known, and drops what is not told with its last part', async () => {
    await install(profile(1));
    await install(profile(2, { evse: 2 }));
    await install(profile(3, { purpose: 'station-maximum', evse: 0 }));
    await profiles().reportAsked({ charger: 'C1', request: 5, scope: { purpose: 'default' }, at: TEN + MINUTE });
    await profiles().reported({ ...told(profile(1)), isLast: false });
    expect(await numbers()).toEqual([1, 2, 3]);
    await profiles().reported({ ...told(profile(9, { evse: 3 })), isLast: true });
    expect(await profiles().list('C1', TEN)).toMatchObject([
      { number: 1, source: 'ours' },
      { number: 3, source: 'ours' },
      { number: 9, source: 'reported', since: TEN + MINUTE },
    ]);
  });

  it('believes the charger where it holds another profile than we set', async () => {
    await install(profile(1));
    await profiles().reported({ ...told(profile(1, { periods: amps(10) })), isLast: true });
    expect(await profiles().list('C1', TEN)).toMatchObject([{ number: 1, source: 'reported', periods: amps(10) }]);
  });

  it('spares what was set after it was asked for, and what was not asked for', async () => {
    await install(profile(1));
    await profiles().reportAsked({ charger: 'C1', request: 5, scope: { numbers: [1, 2] }, at: TEN + 1 });
    await install(profile(2, { evse: 2 }), { at: TEN + 2 });
    await install(profile(3, { evse: 3 }));
    await profiles().reported({ ...told(), isLast: true });
    expect(await numbers()).toEqual([2, 3]);
  });

  it('of what others set drops nothing of ours', async () => {
    await install(profile(1));
    await profiles().reported({ ...told(profile(-1, { purpose: 'external', evse: 0 })), isLast: true });
    await profiles().reportAsked({ charger: 'C1', request: 6, scope: { source: 'EMS' }, at: TEN + HOUR });
    await profiles().reported({ charger: 'C1', request: 6, profiles: [], isLast: true, at: TEN + HOUR });
    expect(await numbers()).toEqual([1]);
  });
});

describe('the limits of a charger', () => {
  const connect = async () => {
    for (const evse of [1, 2]) {
      const report = { evse, connector: 1, state: 'available' as const, error: null, at: TEN - HOUR };
      await specimen.charging.connectorChanged(charger('C1'), report);
    }
  };

  it('are told by EVSE, with what sets them and until when', async () => {
    await connect();
    const transaction = await begun();
    await install(profile(2, { evse: 0, stackLevel: 0, periods: amps(8) }));
    await install(profile(4, { purpose: 'transaction', transaction, periods: amps(20), validTo: TEN + 10 * MINUTE }));
    expect(await specimen.charging.profiles.limits('C1', TEN)).toEqual([
      { evse: 0, transaction: null, limit: null, until: null },
      { evse: 1, transaction, limit: { limitA: 20, number: 4 }, until: TEN + 10 * MINUTE },
      { evse: 2, transaction: null, limit: { limitA: 8, number: 2 }, until: null },
    ]);
  });

  it('that stand are those of the default and of others, by EVSE of the site', async () => {
    await connect();
    await specimen.charging.reachable(charger('C1'), true, TEN);
    await install(profile(2, { evse: 0, stackLevel: 0, periods: amps(8) }));
    const schedule = { startsAt: null, durationS: null, unit: 'A' as const, periods: amps(7) };
    const limit = { evse: 2, source: 'EMS', gridCritical: false, schedule, since: TEN };
    await specimen.charging.profiles.externallyLimited(charger('C1'), limit);
    const standing = { charger: 'C1', site: 'barolo', online: true, defaultA: 8 };
    expect(await specimen.charging.profiles.standing('barolo', TEN)).toEqual([
      { ...standing, evse: 1, externalA: null },
      { ...standing, evse: 2, externalA: 7 },
    ]);
    expect(await specimen.charging.profiles.standing('asti', TEN)).toEqual([]);
  });
});

describe('a limit from outside', () => {
  it('is kept by EVSE and source, told as a fact, and lifted by its source', async () => {
    const { profiles } = specimen.charging;
    const schedule = { startsAt: TEN, durationS: 3600, unit: 'W' as const, periods: amps(6900) };
    const limit = { evse: 1, gridCritical: null, schedule, since: TEN };
    await profiles.externallyLimited(charger('C1'), { ...limit, source: 'EMS' });
    await profiles.externallyLimited(charger('C1'), { ...limit, source: 'SO', schedule: null });
    expect(await profiles.externalLimits('C1')).toMatchObject([{ source: 'EMS', schedule }, { source: 'SO' }]);
    await profiles.externallyFreed(charger('C1'), { evse: 2, source: 'EMS', at: TEN });
    await profiles.externallyFreed(charger('C1'), { evse: null, source: 'EMS', at: TEN });
    expect(await profiles.externalLimits('C1')).toMatchObject([{ source: 'SO' }]);
    expect(specimen.told.filter(({ kind }) => kind === 'charging-limit')).toMatchObject([
      { evse: 1, source: 'EMS', limitA: 10 },
      { evse: 1, source: 'SO', limitA: null },
      { evse: 1, source: 'EMS', limitA: null },
    ]);
  });
});

describe('what a car needs', () => {
  const needs = {
    mode: 'ac' as const,
    phases: 3,
    energyWh: 20_000,
    departsAt: TEN + 4 * HOUR,
    maxCurrentA: 16,
    maxPowerW: null,
    socPercent: null,
  };

  it('is kept with its session, and shown while it lasts', async () => {
    const { profiles } = specimen.charging;
    const transaction = await begun();
    const stated = { charger: 'C1', evse: 1, needs, at: TEN };
    expect(await profiles.needsStated(stated)).toEqual({ hasProfile: false });
    await install(profile(4, { purpose: 'transaction', transaction }));
    expect(await profiles.needsStated(stated)).toEqual({ hasProfile: true });
    const [session] = await specimen.charging.sessions({ limit: 1 });
    const kept = { ...needs, charger: 'C1', evse: 1, session: session?.id, at: TEN };
    expect(await profiles.needs('C1')).toEqual([kept]);
    await specimen.charging.reported(report16('ended', { transaction, minute: 5, wh: 100 }));
    expect(await profiles.needs('C1')).toEqual([]);
    expect(await profiles.needsOf(session?.id ?? '')).toEqual(kept);
  });
});

describe('a schedule that was told', () => {
  it('replaces the one before of its EVSE and kind', async () => {
    const { profiles } = specimen.charging;
    const told = { charger: 'C1', evse: 1, durationS: 3600, unit: 'A' as const, periods: amps(16), at: TEN };
    await profiles.scheduleTold({ ...told, kind: 'composite', startsAt: TEN });
    await profiles.scheduleTold({ ...told, kind: 'car', startsAt: TEN });
    await profiles.scheduleTold({ ...told, kind: 'composite', startsAt: TEN + DAY });
    expect(await profiles.schedules('C1')).toMatchObject([
      { kind: 'car', startsAt: TEN },
      { kind: 'composite', startsAt: TEN + DAY, periods: amps(16) },
    ]);
  });
});
