import type { Selectable } from 'kysely';
import type { DeviceId } from '#estate/ids.ts';
import { MINUTE, type Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import { storeVariables } from './kept.ts';
import type { VariablesTrx, VariableTables } from './tables.ts';
import type { InventoryScope, VariableReport, VariablesReport } from './variable.ts';

/** So long the next part of a report is waited for. */
const PATIENCE_MS = 5 * MINUTE;
const MOST_PARTS = 10_000;
/** Of one charger, the newest. */
const MOST_REMEMBERED = 50;

/** Which report: its charger, and the number that its parts carry. */
interface ReportKey {
  charger: DeviceId;
  request: number;
}

/** Notes a report that is about to be asked for. The charger's last one of that number is forgotten. */
export const noteReport = unit(
  'charging.noteReport',
  async (trx: VariablesTrx, asked: ReportKey & { scope: InventoryScope; at: Millis }): Promise<void> => {
    const { charger, request, scope, at } = asked;
    const fresh = {
      scope,
      asked_at: at,
      heard_at: null,
      completed_at: null,
      parts: 0,
      last_part: null,
      refusal: null,
    };
    await forgetParts(trx, asked);
    await trx
      .insertInto('variables_report')
      .values({ charger, request, ...fresh })
      .onConflict((conflict) => conflict.columns(['charger', 'request']).doUpdateSet(fresh))
      .execute();
    await forgetOld(trx, charger);
  },
);

async function forgetOld(trx: VariablesTrx, charger: DeviceId): Promise<void> {
  const old = await trx
    .selectFrom('variables_report')
    .select('request')
    .where('charger', '=', charger)
    .orderBy('asked_at', 'desc')
    .orderBy('request')
    .offset(MOST_REMEMBERED)
    .limit(MOST_REMEMBERED)
    .execute();
  for (const { request } of old) {
    await forgetParts(trx, { charger, request });
    await trx.deleteFrom('variables_report').where('charger', '=', charger).where('request', '=', request).execute();
  }
}

async function forgetParts(trx: VariablesTrx, { charger, request }: ReportKey): Promise<void> {
  await trx.deleteFrom('variables_report_part').where('charger', '=', charger).where('request', '=', request).execute();
}

/** The charger will not report, or has nothing to report. */
export const endReport = unit(
  'charging.endReport',
  async (trx: VariablesTrx, ended: ReportKey & { refusal: string | null; at: Millis }): Promise<void> => {
    const { charger, request, refusal, at } = ended;
    await trx
      .updateTable('variables_report')
      .set(refusal === null ? { completed_at: at } : { refusal })
      .where('charger', '=', charger)
      .where('request', '=', request)
      .where('completed_at', 'is', null)
      .execute();
  },
);

/** A part of a report, as it came. */
export interface ReportPart extends ReportKey {
  /** Counted from 0. */
  part: number;
  isLast: boolean;
  variables: readonly VariableReport[];
  at: Millis;
}

/**
 * Keeps a part, whatever the order: the report is complete once each up to the last one has come. False: the charger has
 * more variables than are kept.
 */
export const keepReportPart = unit(
  'charging.keepReportPart',
  async (trx: VariablesTrx, came: ReportPart): Promise<boolean> => {
    const areKept = await storeVariables(trx, came);
    const { charger, request, part, isLast, at } = came;
    const report = await trx
      .selectFrom('variables_report')
      .selectAll()
      .where('charger', '=', charger)
      .where('request', '=', request)
      .executeTakeFirst();
    if (!report || report.completed_at !== null || report.parts >= MOST_PARTS) return areKept;
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('variables_report_part')
      .values({ charger, request, part })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    const parts = report.parts + (numInsertedOrUpdatedRows === 0n ? 0 : 1);
    const lastPart = isLast ? part : report.last_part;
    const isComplete = lastPart !== null && parts > lastPart;
    await trx
      .updateTable('variables_report')
      .set({ parts, last_part: lastPart, heard_at: at, refusal: null, completed_at: isComplete ? at : null })
      .where('charger', '=', charger)
      .where('request', '=', request)
      .execute();
    if (isComplete) await forgetParts(trx, came);
    return areKept;
  },
);

export interface ReportsQuery {
  charger: DeviceId;
  limit: number;
  now: Millis;
}

/** Newest first. */
export const listReports = unit(
  'charging.listReports',
  async (trx: VariablesTrx, { charger, limit, now }: ReportsQuery): Promise<VariablesReport[]> => {
    const rows = await trx
      .selectFrom('variables_report')
      .selectAll()
      .where('charger', '=', charger)
      .orderBy('asked_at', 'desc')
      .orderBy('request')
      .limit(limit)
      .execute();
    return rows.map((row) => toReport(row, now));
  },
);

function toReport(row: Selectable<VariableTables['variables_report']>, now: Millis): VariablesReport {
  return {
    charger: row.charger,
    request: row.request,
    scope: row.scope as InventoryScope,
    state: stateOf(row, now),
    askedAt: row.asked_at,
    heardAt: row.heard_at,
    completedAt: row.completed_at,
    parts: row.parts,
    partsInAll: row.last_part === null ? null : row.last_part + 1,
    reason: row.refusal,
  };
}

/** Nothing is lost by waiting: a part that comes late still counts. */
function stateOf(row: Selectable<VariableTables['variables_report']>, now: Millis): VariablesReport['state'] {
  if (row.completed_at !== null) return 'complete';
  if (row.refusal !== null) return 'refused';
  if (now - (row.heard_at ?? row.asked_at) > PATIENCE_MS) return 'incomplete';
  return row.parts === 0 ? 'asked' : 'receiving';
}
