import type { Selectable } from 'kysely';
import type { DeviceId } from '#estate/ids.ts';
import { DAY, isoTime, type Millis } from '#estate/units.ts';
import { PolisError } from '#estate/errors.ts';
import { unit } from '#storage/records.ts';
import type { SignedCertificate } from './authority.ts';
import type { CertificateUse } from './commands.ts';
import type { CertificateTables, CertificateTrx } from './tables.ts';

/**
 * What became of a charger's certificate: `refused`, the request was no good; `signed`, and not yet confirmed;
 * `accepted` or `rejected` by the charger; `in-use`, it has signed in with it; `replaced` by one that it used later;
 * `revoked` by a person.
 */
export type CertificateState = 'refused' | 'signed' | 'accepted' | 'rejected' | 'in-use' | 'replaced' | 'revoked';

/** A certificate of a charger's own, or its request for one. */
export interface ChargerCertificate {
  id: string;
  use: CertificateUse;
  state: CertificateState;
  reason: string | null;
  serial: string | null;
  fingerprint: string | null;
  notBefore: Millis | null;
  notAfter: Millis | null;
  /** Signed here; false for one of another authority. */
  ours: boolean;
  issuedAt: Millis;
  usedAt: Millis | null;
  overlapUntil: Millis | null;
}

/** A successor that was accepted and is never used must not keep the old certificate alive for ever. */
const OVERLAP_MS = 30 * DAY;

interface Requested {
  id: string;
  charger: DeviceId;
  use: CertificateUse;
  at: Millis;
}

/** Keeps what a request came to: the certificate that was signed, or why none was. */
export const noteRequest = unit(
  'charging.noteCertificateRequest',
  async (
    trx: CertificateTrx,
    { id, charger, use, at, verdict }: Requested & { verdict: SignedCertificate | { refused: string } },
  ): Promise<void> => {
    const row = 'refused' in verdict ? refusedRow(verdict.refused) : signedRow(verdict);
    await trx
      .insertInto('charger_certificate')
      .values({ id, charger, use, issued_at: at, used_at: null, overlap_until: null, ...row })
      .execute();
  },
);

/** How often a charger has asked since an instant. */
export const countRequests = unit(
  'charging.countCertificateRequests',
  async (trx: CertificateTrx, { charger, since }: { charger: DeviceId; since: Millis }): Promise<number> => {
    const { count } = await trx
      .selectFrom('charger_certificate')
      .select((of) => of.fn.countAll().as('count'))
      .where('charger', '=', charger)
      .where('issued_at', '>', since)
      .executeTakeFirstOrThrow();
    return Number(count);
  },
);

function refusedRow(reason: string) {
  const none = { serial: null, fingerprint: null, not_before: null, not_after: null, pem: null };
  return { state: 'refused', reason, ...none };
}

function signedRow({ pem, serial, fingerprint, notBefore, notAfter }: SignedCertificate) {
  return { state: 'signed', reason: null, serial, fingerprint, not_before: notBefore, not_after: notAfter, pem };
}

/** The charger took the certificate, or did not. Where it took it, those before it are on their way out. */
export const noteDelivery = unit(
  'charging.noteCertificateDelivery',
  async (
    trx: CertificateTrx,
    delivery: { charger: DeviceId; fingerprint: string; accepted: boolean; at: Millis },
  ): Promise<void> => {
    const { charger, fingerprint, accepted, at } = delivery;
    const row = await find(trx, charger, fingerprint);
    // It may have signed in with it already: the answer came late.
    if (!row || row.state !== 'signed') return;
    const reason = accepted ? null : 'The charger rejected it.';
    await set(trx, row.id, { state: accepted ? 'accepted' : 'rejected', reason });
    if (!accepted) return;
    await older(trx, row)
      .set({ overlap_until: at + OVERLAP_MS })
      .where('overlap_until', 'is', null)
      .execute();
  },
);

/** What a charger shows to sign in. */
export interface Shown {
  serial: string;
  fingerprint: string;
  notAfter: Millis;
}

/**
 * A charger signs in with a certificate that can be trusted. `spent`: why it may not be used any longer. The first use
 * of a certificate of ours ends those before it.
 */
export const notePresented = unit(
  'charging.noteCertificatePresented',
  async (
    trx: CertificateTrx,
    { charger, shown, at, id }: { charger: DeviceId; shown: Shown; at: Millis; id: string },
  ): Promise<{ spent: string | null; first: boolean }> => {
    const row = await find(trx, charger, shown.fingerprint);
    if (!row) {
      await noteForeign(trx, { id, charger, shown, at });
      return { spent: null, first: true };
    }
    const spent = spentBy(row, at);
    if (spent !== null) return { spent, first: false };
    if (row.state === 'in-use') return { spent: null, first: false };
    await set(trx, row.id, { state: 'in-use', used_at: at, reason: null });
    if (row.pem !== null) {
      await older(trx, row)
        .set({ state: 'replaced', reason: `Replaced on ${isoTime(at)} by ${row.serial}.` })
        .execute();
    }
    return { spent: null, first: true };
  },
);

function spentBy({ state, overlap_until: until }: CertificateRow, at: Millis): string | null {
  if (state === 'revoked') return 'was revoked';
  if (state === 'replaced') return 'was replaced by a newer one, which this charger has used';
  if (until !== null && at > until)
    return `was replaced by a newer one, and its time beside that ended ${isoTime(until)}`;
  return null;
}

async function noteForeign(
  trx: CertificateTrx,
  { id, charger, shown, at }: { id: string; charger: DeviceId; shown: Shown; at: Millis },
): Promise<void> {
  await trx
    .insertInto('charger_certificate')
    .values({
      id,
      charger,
      use: 'charging-station',
      state: 'in-use',
      reason: null,
      serial: shown.serial,
      fingerprint: shown.fingerprint,
      not_before: null,
      not_after: shown.notAfter,
      pem: null,
      issued_at: at,
      used_at: at,
      overlap_until: null,
    })
    .execute();
}

/** @throws PolisError `not-found`. */
export const revokeCertificate = unit(
  'charging.revokeCertificate',
  async (
    trx: CertificateTrx,
    { charger, id, at }: { charger: DeviceId; id: string; at: Millis },
  ): Promise<ChargerCertificate> => {
    const row = await trx
      .selectFrom('charger_certificate')
      .selectAll()
      .where('id', '=', id)
      .where('charger', '=', charger)
      .where('fingerprint', 'is not', null)
      .executeTakeFirst();
    if (!row) throw new PolisError('not-found', `${charger} has no certificate ${id}.`);
    const changed = { state: 'revoked', reason: `Revoked on ${isoTime(at)}.` };
    if (row.state !== 'revoked') await set(trx, id, changed);
    return toCertificate({ ...row, ...changed });
  },
);

/** Newest first. */
export const listCertificates = unit(
  'charging.listCertificates',
  async (
    trx: CertificateTrx,
    { charger, limit }: { charger: DeviceId; limit: number },
  ): Promise<ChargerCertificate[]> => {
    const rows = await trx
      .selectFrom('charger_certificate')
      .selectAll()
      .where('charger', '=', charger)
      .orderBy('issued_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(toCertificate);
  },
);

/** The certificates in use that end before an instant. */
export const endingCertificates = unit(
  'charging.endingCertificates',
  (trx: CertificateTrx, before: Millis): Promise<{ charger: string; endsAt: Millis | null }[]> =>
    trx
      .selectFrom('charger_certificate')
      .select((of) => ['charger', of.fn.max('not_after').as('endsAt')])
      .where('state', '=', 'in-use')
      .where('use', '=', 'charging-station')
      .groupBy('charger')
      .having((of) => of.fn.max('not_after'), '<', before)
      .execute(),
);

type CertificateRow = Selectable<CertificateTables['charger_certificate']>;

function find(trx: CertificateTrx, charger: DeviceId, fingerprint: string): Promise<CertificateRow | undefined> {
  return trx
    .selectFrom('charger_certificate')
    .selectAll()
    .where('fingerprint', '=', fingerprint)
    .where('charger', '=', charger)
    .executeTakeFirst();
}

async function set(
  trx: CertificateTrx,
  id: string,
  changed: Partial<Pick<CertificateRow, 'state' | 'reason' | 'used_at'>>,
): Promise<void> {
  await trx.updateTable('charger_certificate').set(changed).where('id', '=', id).execute();
}

/** Those of ours that it takes the place of. */
function older(trx: CertificateTrx, { id, charger, use, issued_at: issuedAt }: CertificateRow) {
  return trx
    .updateTable('charger_certificate')
    .where('charger', '=', charger)
    .where('use', '=', use)
    .where('id', '<>', id)
    .where('issued_at', '<=', issuedAt)
    .where('pem', 'is not', null)
    .where('state', 'in', ['signed', 'accepted', 'rejected', 'in-use']);
}

function toCertificate(row: CertificateRow): ChargerCertificate {
  return {
    id: row.id,
    use: row.use as CertificateUse,
    state: row.state as CertificateState,
    reason: row.reason,
    serial: row.serial,
    fingerprint: row.fingerprint,
    notBefore: row.not_before,
    notAfter: row.not_after,
    ours: row.pem !== null,
    issuedAt: row.issued_at,
    usedAt: row.used_at,
    overlapUntil: row.overlap_until,
  };
}

export const ownCertificateUnits = [
  noteRequest,
  countRequests,
  noteDelivery,
  notePresented,
  revokeCertificate,
  listCertificates,
  endingCertificates,
];
