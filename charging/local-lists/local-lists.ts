import type { Kysely, Selectable } from 'kysely';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { unit, type Records } from '#storage/records.ts';
import type { TokenTables } from '../tokens/tables.ts';
import type { ListOrder, ListPart, LocalList, LocalLists } from './local-list.ts';
import { changesFor, partsOf, tokensFor } from './entries.ts';
import type { LocalListTables } from './tables.ts';

type Trx = Kysely<LocalListTables & TokenTables>;
type Row = Selectable<LocalListTables['local_list']>;

/** A list on its way: what the charger holds once it took the last of its messages. */
interface Sending {
  first: number;
  last: number;
  revision: number;
  scope: string | null;
  size: number;
  failure: string | null;
}

const prepareList = unit('charging.prepareList', async (trx: Trx, order: ListOrder): Promise<ListPart[]> => {
  const row = await rowOf(trx, order.charger);
  const inFull = order.mode === 'full' || row.revision === null;
  const whole = await tokensFor(trx, { order, held: row.scope });
  const entries = inFull ? whole.entries : await changesFor(trx, { order, whole, since: row.revision ?? 0 });
  if (entries.length === 0 && !inFull) return [];
  const parts = partsOf(entries, { inFull, most: order.mostPerMessage, after: highest(row) });
  const { revision, scope } = whole;
  const numbers = { first: parts[0]?.version ?? 0, last: parts.at(-1)?.version ?? 0 };
  const sending: Sending = { ...numbers, revision, scope, size: whole.entries.length, failure: null };
  await save(trx, { ...row, sending: JSON.stringify(sending) });
  return parts;
});

/** Above whatever the charger may have had. */
function highest({ version, reported_version: reported, sending }: Row): number {
  return Math.max(0, version, reported ?? 0, sendingIn(sending)?.last ?? 0);
}

const answerList = unit(
  'charging.answerList',
  async (trx: Trx, answer: Parameters<LocalLists['answered']>[0]): Promise<boolean> => {
    const row = await rowOf(trx, answer.charger);
    const { version, status, at } = answer;
    const taken = status === 'Accepted';
    const sending = sendingIn(row.sending);
    const isOurs = sending !== null && version >= sending.first && version <= sending.last;
    const known = taken ? { version, sent_at: at } : {};
    if (!isOurs) {
      if (taken) await save(trx, { ...row, ...known, revision: null, sending: null });
      return false;
    }
    const failure = sending.failure ?? (taken ? null : status);
    if (version < sending.last) {
      const rest = JSON.stringify({ ...sending, failure });
      await save(trx, { ...row, ...known, revision: null, failure, sending: rest });
      return true;
    }
    const { revision, scope, size } = sending;
    const held = failure === null ? { revision, scope, size } : { revision: null };
    await save(trx, { ...row, ...known, ...held, failure, sending: null });
    return true;
  },
);

const reportList = unit(
  'charging.reportList',
  async (trx: Trx, { charger, version, at }: Parameters<LocalLists['reported']>[0]): Promise<void> => {
    const row = await rowOf(trx, charger);
    const reported = { reported_version: version, reported_at: at };
    const isEmptied = version === 0 && row.size === 0 && row.revision !== null;
    const isKnown = version === row.version || isEmptied || row.sending !== null;
    const other = isKnown ? {} : { version: Math.max(0, version), revision: null, size: 0 };
    await save(trx, { ...row, ...other, ...reported });
  },
);

const getList = unit('charging.getLocalList', async (trx: Trx, charger: DeviceId): Promise<LocalList | null> => {
  const row = await trx.selectFrom('local_list').selectAll().where('charger', '=', charger).executeTakeFirst();
  if (!row) return null;
  const scope = row.scope === null ? null : (JSON.parse(row.scope) as string[]);
  return {
    charger,
    version: row.version,
    current: row.revision !== null && (await isCurrent(trx, row.revision, scope)),
    scope,
    size: row.size,
    sentAt: row.sent_at,
    failure: row.failure,
    reportedVersion: row.reported_version,
    reportedAt: row.reported_at,
  };
});

async function isCurrent(trx: Trx, revision: number, scope: readonly string[] | null): Promise<boolean> {
  const changed = await trx
    .selectFrom('id_token')
    .select('key')
    .where('revision', '>', revision)
    .where('type', '<>', 'Central')
    .execute();
  return !changed.some(({ key }) => scope === null || scope.includes(key));
}

export const localListUnits = [prepareList, answerList, reportList, getList];

export function createLocalLists({ records }: { records: Records }): LocalLists {
  return {
    prepare: (order) => records.run(prepareList, order),
    answered: (answer) => records.run(answerList, answer),
    reported: (report) => records.run(reportList, report),
    of: (charger) => records.run(getList, charger),
  };
}

function sendingIn(sending: string | null): Sending | null {
  return sending === null ? null : (JSON.parse(sending) as Sending);
}

async function rowOf(trx: Trx, charger: DeviceId): Promise<Row> {
  const known = await trx.selectFrom('local_list').selectAll().where('charger', '=', charger).executeTakeFirst();
  if (known) return known;
  const never: { sent_at: Millis | null; reported_at: Millis | null } = { sent_at: null, reported_at: null };
  return {
    charger,
    version: 0,
    revision: null,
    scope: null,
    size: 0,
    ...never,
    sending: null,
    failure: null,
    reported_version: null,
  };
}

async function save(trx: Trx, row: Row): Promise<void> {
  await trx
    .insertInto('local_list')
    .values(row)
    .onConflict((conflict) => conflict.column('charger').doUpdateSet(row))
    .execute();
}
