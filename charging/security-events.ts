import type { Kysely } from 'kysely';
import type { ChargingFact } from '#estate/fact.ts';
import type { Ground } from '#estate/ground.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { unit, type Records, type RecordsModule } from '#storage/records.ts';
import type { ChargerRef } from './domain.ts';

/** Something that bears on the security of a charger. */
export interface SecurityEvent {
  id: string;
  charger: DeviceId;
  site: SiteId | null;
  /** In OCPP's words (security events: 2.0.1 part 2 appendix 1), or one of the server's own. */
  kind: string;
  /** By the clock of whoever saw it. */
  at: Millis;
  receivedAt: Millis;
  text: string;
  /** Who saw it. */
  source: 'charger' | 'server';
  /** It needs a person. */
  critical: boolean;
}

export interface SecurityEvents {
  /** Keeps an event, and tells of it; the same of the same instant again changes nothing. */
  note(
    charger: ChargerRef,
    event: Pick<SecurityEvent, 'kind' | 'at' | 'receivedAt' | 'text' | 'source'>,
  ): Promise<void>;
  /** Newest first; `before` is the id of the last of the page before. */
  list(query: { charger?: DeviceId; before?: string; limit: number }): Promise<SecurityEvent[]>;
}

/**
 * What a person has to look at: of OCPP's events those that point to an attack on a charger, of ours an identity that two
 * devices share. The others, reboots and failed sign-ins among them, are everyday life and stay in the list.
 */
const CRITICAL = new Set([
  'TamperDetectionActivated',
  'AttemptedReplayAttacks',
  'SecurityLogWasCleared',
  'InvalidFirmwareSignature',
  'InvalidFirmwareSigningCertificate',
  'InvalidCentralSystemCertificate',
  'InvalidCsmsCertificate',
  'IdentitySwapping',
]);

export interface SecurityEventTables {
  security_event: {
    id: string;
    charger: string;
    site: string | null;
    kind: string;
    at: number;
    received_at: number;
    text: string;
    source: string;
    critical: number;
  };
}

type Trx = Kysely<SecurityEventTables>;

/** So many are kept of one charger. */
const MOST_KEPT = 1_000;
const LONGEST_TEXT = 2_000;

const noteEvent = unit('charging.noteSecurityEvent', async (trx: Trx, event: SecurityEvent): Promise<boolean> => {
  const { charger, kind, at, text, source } = event;
  const known = await trx
    .selectFrom('security_event')
    .select('id')
    .where('charger', '=', charger)
    .where('at', '=', at)
    .where('kind', '=', kind)
    .where('text', '=', text)
    .where('source', '=', source)
    .executeTakeFirst();
  if (known) return false;
  const { receivedAt, critical, ...row } = event;
  await trx
    .insertInto('security_event')
    .values({ ...row, received_at: receivedAt, critical: critical ? 1 : 0 })
    .execute();
  const tooOld = await trx
    .selectFrom('security_event')
    .select(['received_at', 'id'])
    .where('charger', '=', charger)
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .offset(MOST_KEPT)
    .limit(1)
    .executeTakeFirst();
  if (tooOld) {
    await trx
      .deleteFrom('security_event')
      .where('charger', '=', charger)
      .where('received_at', '<=', tooOld.received_at)
      .execute();
  }
  return true;
});

const listEvents = unit(
  'charging.listSecurityEvents',
  async (trx: Trx, query: { charger?: DeviceId; before?: string; limit: number }): Promise<SecurityEvent[]> => {
    let select = trx.selectFrom('security_event').selectAll();
    if (query.charger !== undefined) select = select.where('charger', '=', query.charger);
    if (query.before !== undefined) {
      const last = await trx.selectFrom('security_event').selectAll().where('id', '=', query.before).executeTakeFirst();
      if (!last) return [];
      select = select.where((of) =>
        of.or([
          of('received_at', '<', last.received_at),
          of.and([of('received_at', '=', last.received_at), of('id', '<', last.id)]),
        ]),
      );
    }
    const rows = await select.orderBy('received_at', 'desc').orderBy('id', 'desc').limit(query.limit).execute();
    return rows.map(({ received_at: receivedAt, critical, source, ...row }) => ({
      ...row,
      receivedAt,
      source: source === 'server' ? 'server' : 'charger',
      critical: critical === 1,
    }));
  },
);

export const securityEventUnits = [noteEvent, listEvents];

export const securityEventMigrations: RecordsModule['migrations'] = [
  {
    id: '0007-security-events',
    async up(db) {
      await db.schema
        .createTable('security_event')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('charger', 'text', (column) => column.notNull())
        .addColumn('site', 'text')
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('received_at', 'bigint', (column) => column.notNull())
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('source', 'text', (column) => column.notNull())
        .addColumn('critical', 'integer', (column) => column.notNull())
        .execute();
      const indexes = {
        security_event_charger: ['charger', 'received_at', 'id'],
        security_event_received: ['received_at', 'id'],
      };
      for (const [name, columns] of Object.entries(indexes)) {
        await db.schema.createIndex(name).on('security_event').columns(columns).execute();
      }
    },
  },
];

export function createSecurityEvents(deps: {
  records: Records;
  ground: Ground;
  tell: (facts: readonly ChargingFact[]) => void;
}): SecurityEvents {
  const { records, ground, tell } = deps;
  return {
    async note({ id: charger, site }, { kind, text, ...event }) {
      const critical = CRITICAL.has(kind);
      const whole = { ...event, id: ground.random.text(20), charger, site, kind, critical };
      const fresh = await records.run(noteEvent, { ...whole, text: text.slice(0, LONGEST_TEXT) });
      if (fresh) tell([{ kind: 'security-event', charger, site, at: event.receivedAt, event: kind, text, critical }]);
    },
    list: (query) => records.run(listEvents, query),
  };
}
