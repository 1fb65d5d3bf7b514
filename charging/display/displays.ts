import type { Kysely, Selectable } from 'kysely';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { unit, type Records } from '#storage/records.ts';
import type { ChargingTables } from '../tables.ts';
import type { DisplayedMessage, Displays, MessagePriority } from './message.ts';
import type { DisplayTables } from './tables.ts';

type Trx = Kysely<DisplayTables & Pick<ChargingTables, 'charging_session'>>;

interface Known {
  charger: DeviceId;
  message: DisplayedMessage;
  at: Millis;
  request: number | null;
}

const setMessage = unit('charging.setDisplayedMessage', async (trx: Trx, known: Known): Promise<void> => {
  if (known.message.priority === 'always-front') {
    await trx
      .deleteFrom('displayed_message')
      .where('charger', '=', known.charger)
      .where('priority', '=', 'always-front')
      .execute();
  }
  await keep(trx, known);
});

const clearMessage = unit(
  'charging.clearDisplayedMessage',
  async (trx: Trx, { charger, id }: { charger: DeviceId; id: number }): Promise<void> => {
    await trx.deleteFrom('displayed_message').where('charger', '=', charger).where('id', '=', id).execute();
  },
);

const noteListAsked = unit(
  'charging.noteDisplayList',
  async (trx: Trx, { charger, request, whole, at }: Parameters<Displays['listAsked']>[0]): Promise<void> => {
    const row = { request, whole: whole ? 1 : 0, asked_at: at };
    await trx
      .insertInto('display_list')
      .values({ charger, ...row })
      .onConflict((conflict) => conflict.column('charger').doUpdateSet(row))
      .execute();
  },
);

const keepListPart = unit(
  'charging.keepDisplayList',
  async (trx: Trx, { charger, request, more, messages, at }: Parameters<Displays['listed']>[0]): Promise<void> => {
    for (const message of messages) await keep(trx, { charger, message, at, request });
    const asked = await trx.selectFrom('display_list').selectAll().where('charger', '=', charger).executeTakeFirst();
    if (more || asked?.request !== request || asked.whole === 0) return;
    await trx
      .deleteFrom('displayed_message')
      .where('charger', '=', charger)
      .where('known_at', '<=', asked.asked_at)
      .where((is) => is.or([is('request', 'is', null), is('request', '<>', request)]))
      .execute();
  },
);

const listMessages = unit(
  'charging.listDisplayedMessages',
  async (trx: Trx, query: Parameters<Displays['messages']>[0]): Promise<DisplayedMessage[]> => {
    let select = trx
      .selectFrom('displayed_message')
      .selectAll()
      .where('charger', '=', query.charger)
      .where((is) => is.or([is('to_at', 'is', null), is('to_at', '>', query.at)]))
      .where((is) =>
        is.not(
          is.exists(
            is
              .selectFrom('charging_session')
              .select('charging_session.id')
              .whereRef('charging_session.charger', '=', 'displayed_message.charger')
              .whereRef('charging_session.transaction', '=', 'displayed_message.transaction')
              .where('charging_session.state', 'in', ['ended', 'incomplete']),
          ),
        ),
      );
    if (query.after !== undefined) select = select.where('id', '>', query.after);
    return (await select.orderBy('id').limit(query.limit).execute()).map(toMessage);
  },
);

export const displayUnits = [setMessage, clearMessage, noteListAsked, keepListPart, listMessages];

export function createDisplays({ records }: { records: Records }): Displays {
  return {
    set: (charger, message, at) => records.run(setMessage, { charger: charger.id, message, at, request: null }),
    cleared: (charger, id) => records.run(clearMessage, { charger: charger.id, id }),
    listAsked: (asked) => records.run(noteListAsked, asked),
    listed: (part) => records.run(keepListPart, part),
    messages: (query) => records.run(listMessages, query),
  };
}

async function keep(trx: Trx, { charger, message, at, request }: Known): Promise<void> {
  const row = {
    priority: message.priority,
    state: message.state,
    from_at: message.from,
    to_at: message.to,
    transaction: message.transaction,
    format: message.format,
    language: message.language,
    content: message.content,
    display: message.display,
    evse: message.evse,
    known_at: at,
    request,
  };
  await trx
    .insertInto('displayed_message')
    .values({ charger, id: message.id, ...row })
    .onConflict((conflict) => conflict.columns(['charger', 'id']).doUpdateSet(row))
    .execute();
}

function toMessage(row: Selectable<DisplayTables['displayed_message']>): DisplayedMessage {
  return {
    id: row.id,
    priority: row.priority as MessagePriority,
    state: row.state,
    from: row.from_at,
    to: row.to_at,
    transaction: row.transaction,
    format: row.format,
    language: row.language,
    content: row.content,
    display: row.display,
    evse: row.evse,
  };
}
