import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { emptyAccount, summaryOf, withEvent, type TransactionEvent } from '../../charging/account.ts';
import { toEvent } from '../../charging/transaction-events.ts';
import { identityOf } from './load/orders.ts';

const HOUR_MS = 3_600_000;

/**
 * Sessions that ended, written straight into the records' file: one is told to the account as a charger would tell it, and
 * the others are like it, each on its charger and at its time, with the events of its start and its stop.
 */
export function addPastSessions(data: string, { chargers, sessions }: { chargers: number; sessions: number }) {
  const file = join(data, 'records.db');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA synchronous=OFF; PRAGMA cache_size=-500000; BEGIN');
  const { began, ended, account } = onePastSession();
  const summary = summaryOf(account);
  const session = prepareInsert(database, 'charging_session', {
    site: null,
    protocol: account.protocol,
    evse: 1,
    connector: 1,
    token: 'TAG000000',
    token_key: 'tag000000',
    token_doubt: null,
    state: summary.state,
    energy_wh: summary.energyWh,
    power_w: null,
    measured_at: summary.measuredAt,
    reason: summary.reason,
    doubts: '[]',
    account: JSON.stringify(account),
    synthetic: 1,
  });
  const events = [began, ended].map((event) =>
    prepareInsert(database, 'transaction_event', {
      key: event.key,
      phase: event.phase,
      seq_no: null,
      token: event.token,
      evse: event.evse,
      connector: event.connector,
      first_register_wh: event.firstRegisterWh,
      last_register_wh: event.lastRegisterWh,
      power_w: event.powerW,
      reason: event.reason,
    }),
  );
  const firstAt = Date.now() - Math.ceil(sessions / chargers + 1) * 2 * HOUR_MS;
  for (let index = 0; index < sessions; index++) {
    const startedAt = firstAt + Math.floor(index / chargers) * 2 * HOUR_MS + (index % chargers);
    const endedAt = startedAt + HOUR_MS;
    const id = `past${String(index).padStart(8, '0')}`;
    session({
      id,
      charger: identityOf(index % chargers),
      transaction: String(index + 1),
      start_key: `start:${index}`,
      started_at: startedAt,
      ended_at: endedAt,
    });
    events.forEach((insert, which) =>
      insert({ session: id, at: which === 0 ? startedAt : endedAt, received_at: startedAt }),
    );
  }
  database.exec('COMMIT');
  database.close();
  return { sizeMb: Math.round(statSync(file).size / 2 ** 20) };
}

type Values = Record<string, string | number | null>;

/** Inserts rows that share some values. Columns that are not named keep their default. */
function prepareInsert(database: DatabaseSync, table: string, common: Values): (own: Values) => void {
  const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all(table) as { name: string }[];
  let insert: { names: string[]; run: (values: Values) => void } | null = null;
  const prepare = (row: Values) => {
    const names = Object.keys(row).filter((name) => columns.some((column) => column.name === name));
    const statement = database.prepare(
      `INSERT INTO ${table} (${names.map((name) => `"${name}"`).join()}) VALUES (${names.map(() => '?').join()})`,
    );
    return { names, run: (values: Values) => void statement.run(...names.map((name) => values[name] ?? null)) };
  };
  return (own) => {
    const row = { ...common, ...own };
    insert ??= prepare(row);
    insert.run(row);
  };
}

function onePastSession() {
  const at = Date.now() - 24 * HOUR_MS;
  const report = {
    charger: { id: identityOf(0), site: null, synthetic: true },
    protocol: 'ocpp1.6' as const,
    transaction: '1',
    seqNo: null,
    evse: 1,
    connector: 1,
    token: 'TAG000000',
    receivedAt: at,
    powerW: null,
    currentA: null,
    reason: null,
    frame: null,
  };
  const began: TransactionEvent = toEvent({
    ...report,
    phase: 'began',
    at,
    firstRegisterWh: 1_000_000,
    lastRegisterWh: 1_000_000,
  });
  const ended: TransactionEvent = toEvent({
    ...report,
    phase: 'ended',
    at: at + HOUR_MS,
    firstRegisterWh: null,
    lastRegisterWh: 1_007_400,
    powerW: 0,
    reason: 'Local',
  });
  return { began, ended, account: [began, ended].reduce(withEvent, emptyAccount('ocpp1.6')) };
}
