import type { Kysely, Selectable } from 'kysely';
import type { DeviceId } from '#estate/ids.ts';
import { DAY, type Millis } from '#estate/units.ts';
import { unit, type Records } from '#storage/records.ts';
import type { CustomerReport, CustomerReports } from './report.ts';
import type { CustomerReportTables } from './tables.ts';

type Trx = Kysely<CustomerReportTables>;
type Parts = Record<string, string>;

const REMEMBERED_MS = DAY;
const MOST_PARTS = 1_000;

const noteAsked = unit(
  'charging.noteCustomerReport',
  async (trx: Trx, { charger, request, cleared, at }: Parameters<CustomerReports['asked']>[0]): Promise<void> => {
    const row = { asked_at: at, cleared: cleared ? 1 : 0, parts: '{}', last_part: null };
    await trx
      .insertInto('customer_report')
      .values({ charger, request, ...row })
      .onConflict((conflict) => conflict.columns(['charger', 'request']).doUpdateSet(row))
      .execute();
  },
);

const dropReport = unit(
  'charging.dropCustomerReport',
  async (trx: Trx, { charger, request }: { charger: DeviceId; request: number }): Promise<void> => {
    await trx.deleteFrom('customer_report').where('charger', '=', charger).where('request', '=', request).execute();
  },
);

const keepPart = unit(
  'charging.keepCustomerReport',
  async (trx: Trx, { charger, request, seqNo, more, text }: Parameters<CustomerReports['told']>[0]): Promise<void> => {
    const asked = await trx
      .selectFrom('customer_report')
      .selectAll()
      .where('charger', '=', charger)
      .where('request', '=', request)
      .executeTakeFirst();
    if (!asked) return;
    const parts = JSON.parse(asked.parts) as Parts;
    if (Object.keys(parts).length >= MOST_PARTS) return;
    await trx
      .updateTable('customer_report')
      .set({ parts: JSON.stringify({ ...parts, [seqNo]: text }), last_part: more ? asked.last_part : seqNo })
      .where('charger', '=', charger)
      .where('request', '=', request)
      .execute();
  },
);

const listReports = unit(
  'charging.listCustomerReports',
  async (trx: Trx, charger: DeviceId): Promise<CustomerReport[]> => {
    const rows = await trx
      .selectFrom('customer_report')
      .selectAll()
      .where('charger', '=', charger)
      .orderBy('asked_at', 'desc')
      .execute();
    return rows.map(toReport);
  },
);

const sweepReports = unit('charging.sweepCustomerReports', async (trx: Trx, now: Millis): Promise<void> => {
  await trx
    .deleteFrom('customer_report')
    .where('asked_at', '<=', now - REMEMBERED_MS)
    .execute();
});

export const customerReportUnits = [noteAsked, dropReport, keepPart, listReports, sweepReports];

export function createCustomerReports({ records }: { records: Records }): CustomerReports {
  return {
    asked: (asked) => records.run(noteAsked, asked),
    refused: (charger, request) => records.run(dropReport, { charger, request }),
    told: (part) => records.run(keepPart, part),
    list: (charger) => records.run(listReports, charger),
    sweep: (now) => records.run(sweepReports, now),
  };
}

function toReport(row: Selectable<CustomerReportTables['customer_report']>): CustomerReport {
  const parts = Object.entries(JSON.parse(row.parts) as Parts).toSorted(
    ([one], [other]) => Number(one) - Number(other),
  );
  return {
    charger: row.charger,
    request: row.request,
    askedAt: row.asked_at,
    cleared: row.cleared === 1,
    complete: row.last_part !== null && parts.length === row.last_part + 1,
    text: parts.map(([, text]) => text).join(''),
  };
}
