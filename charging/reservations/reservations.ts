import type { Selectable } from 'kysely';
import type { Ground } from '#estate/ground.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { unit, type Records } from '#storage/records.ts';
import { newSessionId } from '../new-ids.ts';
import type { Trx } from '../tables.ts';
import { tokenKey } from '../tokens.ts';
import type {
  AskedReservation,
  Reservation,
  ReservationChange,
  ReservationQuery,
  Reservations,
  ReservationState,
} from './reservation.ts';
import type { ReservationTables } from './tables.ts';

type Row = Selectable<ReservationTables['reservation']>;
type Asked = AskedReservation & { id: string };

/** From which states each can follow. A start that comes late still uses what has expired since. */
const AFTER: Record<ReservationState, readonly ReservationState[]> = {
  requested: [],
  active: ['requested', 'unknown'],
  used: ['requested', 'active', 'unknown', 'expired'],
  cancelled: ['requested', 'active', 'unknown'],
  expired: ['requested', 'active', 'unknown'],
  removed: ['requested', 'active', 'unknown'],
  refused: ['requested'],
  unknown: ['requested'],
};

/** For a number that the charger knows already, nothing changes before it answers. */
const noteReservation = unit('charging.noteReservation', async (trx: Trx, asked: Asked): Promise<void> => {
  await trx
    .insertInto('reservation')
    .values(rowOf(asked, 'requested'))
    .onConflict((conflict) => conflict.columns(['charger', 'number']).doNothing())
    .execute();
});

const acceptReservation = unit('charging.acceptReservation', async (trx: Trx, asked: Asked): Promise<void> => {
  const known = await findByNumber(trx, asked.charger.id, asked.number);
  const { id, created_at, history, ...row } = rowOf(asked, 'active');
  if (!known)
    await trx
      .insertInto('reservation')
      .values({ id, created_at, history, ...row })
      .execute();
  else
    await trx
      .updateTable('reservation')
      .set(withState(known, row, { at: asked.at }))
      .where('id', '=', known.id)
      .execute();
});

const changeReservation = unit('charging.changeReservation', async (trx: Trx, change: ReservationChange) => {
  const known = await findByNumber(trx, change.charger, change.number);
  if (known) await moveReservation(trx, known, change);
});

const lapseReservations = unit('charging.lapseReservations', async (trx: Trx, now: Millis): Promise<void> => {
  const lapsed = await trx
    .selectFrom('reservation')
    .selectAll()
    .where('state', 'in', AFTER.expired)
    .where('expires_at', '<=', now)
    .execute();
  for (const row of lapsed) await moveReservation(trx, row, { state: 'expired', at: now });
});

const getReservation = unit('charging.getReservation', async (trx: Trx, id: string): Promise<Reservation | null> => {
  const row = await trx.selectFrom('reservation').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toReservation(row) : null;
});

const reservationOfNumber = unit(
  'charging.reservationOfNumber',
  async (trx: Trx, { charger, number }: { charger: DeviceId; number: number }): Promise<Reservation | null> => {
    const row = await findByNumber(trx, charger, number);
    return row ? toReservation(row) : null;
  },
);

const listReservations = unit(
  'charging.listReservations',
  async (trx: Trx, query: ReservationQuery): Promise<Reservation[]> => {
    let select = trx.selectFrom('reservation').selectAll();
    if (query.charger !== undefined) select = select.where('charger', '=', query.charger);
    if (query.state !== undefined) select = select.where('state', '=', query.state);
    if (query.before !== undefined) select = select.where('id', '<', query.before);
    return (await select.orderBy('id', 'desc').limit(query.limit).execute()).map(toReservation);
  },
);

export const reservationUnits = [
  noteReservation,
  acceptReservation,
  changeReservation,
  lapseReservations,
  getReservation,
  reservationOfNumber,
  listReservations,
];

export function createReservations({ records, ground }: { records: Records; ground: Ground }): Reservations {
  return {
    asked: (asked) => records.run(noteReservation, { ...asked, id: newSessionId(ground) }),
    accepted: (asked) => records.run(acceptReservation, { ...asked, id: newSessionId(ground) }),
    changed: (change) => records.run(changeReservation, change),
    lapse: (now) => records.run(lapseReservations, now),
    get: (id) => records.run(getReservation, id),
    ofNumber: (charger, number) => records.run(reservationOfNumber, { charger, number }),
    list: (query) => records.run(listReservations, query),
  };
}

/** Brings a reservation to another state, if that can follow from the one that it has. */
export async function moveReservation(
  trx: Trx,
  row: Row,
  to: Pick<ReservationChange, 'state' | 'reason' | 'at'> & { session?: string },
): Promise<void> {
  const { state, session = row.session, reason = null, at } = to;
  if (!AFTER[state].some((before) => before === row.state)) return;
  const change = withState(row, { state, session }, { at, reason });
  await trx.updateTable('reservation').set(change).where('id', '=', row.id).execute();
}

export async function findByNumber(trx: Trx, charger: DeviceId, number: number): Promise<Row | undefined> {
  return trx
    .selectFrom('reservation')
    .selectAll()
    .where('charger', '=', charger)
    .where('number', '=', number)
    .executeTakeFirst();
}

type History = Reservation['history'];

function withState<Change extends { state: string }>(
  row: Row,
  change: Change,
  { at, reason = null }: { at: Millis; reason?: string | null },
): Change & { history: string } {
  const history = JSON.parse(row.history) as History;
  return { ...change, history: JSON.stringify([...history, { state: change.state, at, reason }]) };
}

function rowOf(asked: Asked, state: ReservationState): Row {
  return {
    id: asked.id,
    charger: asked.charger.id,
    site: asked.charger.site,
    number: asked.number,
    evse: asked.evse,
    connector_type: asked.connectorType,
    token: asked.token,
    token_key: tokenKey(asked.token),
    token_group: asked.group,
    expires_at: asked.expiresAt,
    state,
    session: null,
    created_at: asked.at,
    history: JSON.stringify([{ state, at: asked.at, reason: null }]),
  };
}

function toReservation(row: Row): Reservation {
  return {
    id: row.id,
    charger: row.charger,
    site: row.site,
    number: row.number,
    evse: row.evse,
    connectorType: row.connector_type,
    token: row.token,
    group: row.token_group,
    expiresAt: row.expires_at,
    state: row.state as ReservationState,
    session: row.session,
    createdAt: row.created_at,
    history: JSON.parse(row.history) as History,
  };
}
