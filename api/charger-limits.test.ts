import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE, isoTime } from '#estate/units.ts';
import { ADMIN, openSpecimen, type Specimen } from './specimen.ts';

const ID = 'IT-PGR-barolo-1';
const charger = { id: ID, site: 'barolo', synthetic: true };

describe('the limits of a charger', () => {
  let specimen: Specimen;
  const inject: Specimen['api']['inject'] = (request) => specimen.api.inject({ headers: ADMIN, ...request });
  const get = async (url: string) => (await inject({ url: `/v1/chargers/${url}` })).json<Record<string, unknown>>();
  const now = Math.floor(Date.now() / 1_000) * 1_000;
  const at = (minutes: number) => isoTime(now + minutes * MINUTE);
  const amps = (limit: number) => ({ startS: 0, limit, phases: null });

  beforeAll(async () => {
    specimen = await openSpecimen();
    await inject({ method: 'PUT', url: `/v1/chargers/${ID}`, payload: {} });
    const { charging } = specimen.deps.parts;
    const { profiles } = charging;
    for (const evse of [1, 2]) {
      await charging.connectorChanged(charger, { evse, connector: 1, state: 'available', error: null, at: now });
    }
    const began = { charger, protocol: 'ocpp2.0.1', phase: 'began', transaction: 'tx', seqNo: 0, evse: 1 } as const;
    const nothing = { firstRegisterWh: null, lastRegisterWh: null, powerW: null, currentA: null, reason: null };
    const place = { connector: 1, token: null, at: now, receivedAt: now, frame: null };
    await charging.reported({ ...began, ...place, ...nothing });
    const base = { kind: 'relative', unit: 'A', startsAt: null, durationS: null, validFrom: null } as const;
    const own = { number: 4, evse: 1, purpose: 'transaction', stackLevel: 1, transaction: 'tx' } as const;
    const standing = { number: 2, evse: 0, purpose: 'default', stackLevel: 0, transaction: null } as const;
    for (const profile of [
      { ...base, ...own, periods: [amps(16)], validTo: now + HOUR },
      { ...base, ...standing, periods: [amps(8)], validTo: null },
    ]) {
      await profiles.installed({ charger: ID, profile, replacesAlike: true, at: now });
    }
    const periods = [amps(20), { startS: 1_800, limit: 10, phases: 3 }];
    const schedule = { startsAt: now, durationS: 3_600, unit: 'A' as const, periods };
    await profiles.externallyLimited(charger, { evse: 1, source: 'EMS', gridCritical: null, schedule, since: now });
    await profiles.scheduleTold({ ...schedule, charger: ID, evse: 1, kind: 'composite', at: now });
    const stated = { mode: 'ac', phases: 3, energyWh: 20_000, departsAt: now + 4 * HOUR } as const;
    const needs = { ...stated, maxCurrentA: 16, maxPowerW: null, socPercent: null };
    await profiles.needsStated({ charger: ID, evse: 1, needs, at: now });
  });
  afterAll(() => specimen[Symbol.asyncDispose]());

  it('are told by EVSE, with what others allow and what the car needs', async () => {
    const schedule = {
      unit: 'A',
      periods: [
        { from: at(0), to: at(30), limit: 20, phases: null },
        { from: at(30), to: at(60), limit: 10, phases: 3 },
      ],
    };
    const free = { transaction: null, until: null, external: [], needs: null };
    expect(await get(`${ID}/limits`)).toEqual({
      items: [
        { evse: 0, ...free, limitA: null, profile: null },
        {
          evse: 1,
          transaction: 'tx',
          limitA: 16,
          profile: 4,
          until: at(60),
          external: [{ source: 'EMS', gridCritical: null, schedule, since: at(0) }],
          needs: {
            session: expect.any(String) as string,
            mode: 'ac',
            phases: 3,
            energyWh: 20_000,
            departsAt: at(240),
            maxCurrentA: 16,
            maxPowerW: null,
            socPercent: null,
            at: at(0),
          },
        },
        { evse: 2, ...free, limitA: 8, profile: 2 },
      ],
      next: null,
    });
  });

  it('follow from its profiles, which are listed page by page', async () => {
    const first = await get(`${ID}/profiles?limit=1`);
    expect(first).toMatchObject({
      items: [{ number: 2, evse: 0, purpose: 'default', validTo: null, source: 'ours', since: at(0) }],
    });
    const second = await get(`${ID}/profiles?limit=1&cursor=${String(first['next'])}`);
    expect(second).toMatchObject({ items: [{ number: 4, transaction: 'tx', validTo: at(60) }], next: null });
  });

  it('over time are told in absolute times', async () => {
    expect(await get(`${ID}/schedules`)).toMatchObject({
      items: [
        { evse: 1, kind: 'composite', at: at(0), unit: 'A', periods: [{ from: at(0), to: at(30), limit: 20 }, {}] },
      ],
      next: null,
    });
  });

  it.each(['profiles', 'limits', 'schedules'])(
    'of an unknown charger are not found; without a sign-in, nothing: %s',
    async (list) => {
      expect((await inject({ url: `/v1/chargers/nobody/${list}` })).statusCode).toBe(404);
      expect((await inject({ url: `/v1/chargers/${ID}/${list}`, headers: {} })).statusCode).toBe(401);
    },
  );
});
