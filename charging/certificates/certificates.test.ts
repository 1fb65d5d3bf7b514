import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { handClock, type HandClock } from '#estate/clock.ts';
import type { ChargingFact } from '#estate/fact.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { openSqliteRecords } from '#storage/engines/sqlite/engine.ts';
import type { Records } from '#storage/records.ts';
import { createCharging } from '../create-charging.ts';
import type { Charging } from '../index.ts';
import { createAuthority, type Authority } from './authority.ts';
import { generateRoots } from './roots.ts';
import { csrFor } from './specimens.ts';
import { X509Certificate } from './x509.ts';

const NOW = Date.UTC(2026, 4, 18, 10);
const charger = { id: 'CP-1', site: 'barolo', synthetic: true };

let authority: Authority;
beforeAll(async () => {
  authority = createAuthority(await generateRoots(NOW));
});

let records: Records;
let clock: HandClock;
let charging: Charging;
let facts: ChargingFact[];
beforeEach(async () => {
  records = await openSqliteRecords({ file: ':memory:', modules: [new URL('../records.ts', import.meta.url).href] });
  clock = handClock(NOW);
  charging = createCharging({ records, authority, ground: { clock, random: seededRandom('c'), log: silentLog } });
  facts = [];
  charging.facts.listen((fact) => void facts.push(fact));
});
afterEach(async () => {
  charging.stop();
  await records.close();
});

/** Has a certificate signed; what a charger then shows of it. */
async function signed() {
  const { csr } = await csrFor('CP-1');
  const verdict = await charging.certificates.requested(charger, { csr, use: 'charging-station', at: clock.now() });
  if ('refused' in verdict) throw new Error(verdict.refused);
  const certificate = new X509Certificate(verdict.chain);
  const fingerprint = Buffer.from(await certificate.getThumbprint('SHA-256')).toString('hex');
  const { serialNumber: serial, notAfter } = certificate;
  const shown = { serial, fingerprint, notAfter: notAfter.getTime() };
  const answer = (accepted: boolean) =>
    charging.certificates.delivered('CP-1', { chain: verdict.chain, accepted, at: clock.now() });
  const present = () => charging.certificates.presented(charger, shown, clock.now());
  return { answer, present, notAfter: shown.notAfter };
}

const states = async () => (await charging.certificates.of('CP-1', 9)).map(({ state }) => state);

describe('the rotation of a certificate', () => {
  it('keeps the old one until the new one was used', async () => {
    const old = await signed();
    await old.answer(true);
    expect(await old.present()).toBeNull();
    await clock.advance(HOUR);
    const next = await signed();
    expect(await old.present()).toBeNull();
    await next.answer(true);
    expect(await old.present()).toBeNull();
    expect(await states()).toEqual(['accepted', 'in-use']);
    expect(await next.present()).toBeNull();
    expect(await states()).toEqual(['in-use', 'replaced']);
    expect(await old.present()).toMatch(/was replaced by a newer one/);
    expect(await next.present()).toBeNull();
  });

  it('bounds the time that both hold when the new one is never used', async () => {
    const old = await signed();
    await old.present();
    await clock.advance(HOUR);
    const next = await signed();
    await next.answer(true);
    await clock.advance(30 * DAY);
    expect(await old.present()).toBeNull();
    await clock.advance(MINUTE);
    expect(await old.present()).toMatch(/its time beside that ended 2026-06-17/);
    expect(await next.present()).toBeNull();
  });

  it('changes nothing for the old one when the charger rejects the new one', async () => {
    const old = await signed();
    await old.present();
    await clock.advance(HOUR);
    await (await signed()).answer(false);
    await clock.advance(40 * DAY);
    expect(await old.present()).toBeNull();
    expect(await states()).toEqual(['rejected', 'in-use']);
  });

  it('survives a cut before the answer: a certificate that is used was taken', async () => {
    const old = await signed();
    await old.present();
    await clock.advance(HOUR);
    const next = await signed();
    expect(await next.present()).toBeNull();
    await next.answer(false);
    expect(await states()).toEqual(['in-use', 'replaced']);
  });

  it('leaves the certificates of other chargers alone', async () => {
    const mine = await signed();
    await mine.present();
    const other = { ...charger, id: 'CP-2' };
    const shown = { serial: '1f', fingerprint: 'ab'.repeat(32), notAfter: NOW + DAY };
    expect(await charging.certificates.presented(other, shown, NOW)).toBeNull();
    expect(await states()).toEqual(['in-use']);
  });
});

describe('a certificate request', () => {
  it('comes to nothing without an authority', async () => {
    const alone = createCharging({ records, ground: { clock, random: seededRandom('d'), log: silentLog } });
    const { csr } = await csrFor('CP-1');
    expect(await alone.certificates.requested(charger, { csr, use: 'charging-station', at: NOW })).toEqual({
      refused: 'this installation has no authority to sign it',
    });
  });

  it('is put off when too many came within an hour, and heard again later', async () => {
    const ask = (at: number) => charging.certificates.requested(charger, { csr: 'noise', use: 'charging-station', at });
    for (let n = 0; n < 20; n++) expect(await ask(NOW + n)).toMatchObject({ refused: expect.stringContaining('PKCS') });
    expect(await ask(NOW + 20)).toEqual({ refused: 'it has asked 20 times within an hour; try again later' });
    expect(await ask(NOW + 2 * HOUR)).toMatchObject({ refused: expect.stringContaining('PKCS') });
  });
});

describe('the end of a certificate', () => {
  it('is told when it is used first, and each day of its last month', async () => {
    const { present, notAfter } = await signed();
    await present();
    await present();
    const told = { kind: 'certificate-validity', charger: 'CP-1', endsAt: notAfter };
    expect(facts).toMatchObject([{ ...told, site: 'barolo', at: NOW }]);
    facts.length = 0;
    charging.certificates.start();
    await clock.advance(333 * DAY);
    expect(facts).toEqual([]);
    await clock.advance(3 * DAY);
    await expect.poll(() => facts.length).toBeGreaterThanOrEqual(2);
    expect(facts[0]).toMatchObject(told);
  });

  it('is that of the one with the longest life', async () => {
    await (await signed()).present();
    const longer = { serial: '1f', fingerprint: 'ab'.repeat(32), notAfter: NOW + 5_000 * DAY };
    await charging.certificates.presented(charger, longer, NOW);
    facts.length = 0;
    charging.certificates.start();
    await clock.advance(360 * DAY);
    expect(facts).toEqual([]);
  });
});
