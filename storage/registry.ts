import type { Insertable, Kysely } from 'kysely';
import { CHARGING_STATION, type Device } from '#estate/device.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Site } from '#estate/site.ts';
import type { Millis } from '#estate/units.ts';
import { PolisError } from '#estate/errors.ts';
import { prepared } from './prepared.ts';
import { unit, type RecordsModule } from './records.ts';

/** The register of the estate: its sites, and every device that may sign in, chargers among them. */
export interface RegistryTables {
  site: {
    id: string;
    name: string;
    latitude: number | null;
    longitude: number | null;
    grid_limit_w: number | null;
    synthetic: number;
  };
  device: {
    id: string;
    site: string | null;
    type: string;
    /** HMAC-SHA-256 of the secret, hex; null: may not sign in. */
    secret_mac: string | null;
    /** The same of secrets that were sent to the device and not used yet, oldest first: a JSON list. */
    next_secret_macs: string | null;
    /** OCPP security profile 0..3; chargers only. */
    security_profile: number | null;
    synthetic: number;
    registered_at: number;
  };
}

type Trx = Kysely<RegistryTables>;

export interface Credentials {
  device: Device;
  secretMac: string | null;
  /** Of the secrets that it was sent and has not used yet, oldest first; each of them is valid. */
  nextSecretMacs: readonly string[];
  securityProfile: number | null;
}

/** Makes or changes a site; what it had before is replaced. */
export const putSite = unit('registry.putSite', async (trx: Trx, site: Site): Promise<{ created: boolean }> => {
  const known = await trx.selectFrom('site').select('id').where('id', '=', site.id).executeTakeFirst();
  const row = toSiteRow(site);
  await trx
    .insertInto('site')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
  return { created: known === undefined };
});

export const listSites = unit(
  'registry.listSites',
  async (trx: Trx, page: { after?: SiteId; limit: number }): Promise<Site[]> => {
    const rows = await trx
      .selectFrom('site')
      .selectAll()
      .where('id', '>', page.after ?? '')
      .orderBy('id')
      .limit(page.limit)
      .execute();
    return rows.map(toSite);
  },
);

export const getSite = unit('registry.getSite', async (trx: Trx, id: SiteId): Promise<Site | null> => {
  const row = await trx.selectFrom('site').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toSite(row) : null;
});

export interface PutDevice extends Device {
  /** Absent: the secret stays as it was. */
  secretMac?: string;
  securityProfile?: number | null;
  at: Millis;
}

/**
 * Registers a device or changes it.
 *
 * @throws PolisError `not-found` when its site is not registered; `conflict` when the id belongs to another kind.
 */
export const putDevice = unit(
  'registry.putDevice',
  async (trx: Trx, input: PutDevice): Promise<{ created: boolean }> => {
    if (input.site !== null) await siteMustExist(trx, input.site);
    const known = await trx.selectFrom('device').select('type').where('id', '=', input.id).executeTakeFirst();
    if (known && (known.type === CHARGING_STATION) !== (input.type === CHARGING_STATION)) {
      throw new PolisError('conflict', `${input.id} is already registered as a ${known.type}; choose another id.`);
    }
    const row = {
      site: input.site,
      type: input.type,
      synthetic: input.synthetic ? 1 : 0,
      ...(input.secretMac === undefined ? {} : { secret_mac: input.secretMac, next_secret_macs: null }),
      ...(input.securityProfile === undefined ? {} : { security_profile: input.securityProfile }),
    };
    const fresh: Insertable<RegistryTables['device']> = {
      secret_mac: null,
      next_secret_macs: null,
      security_profile: null,
      ...row,
      id: input.id,
      registered_at: input.at,
    };
    await trx
      .insertInto('device')
      .values(fresh)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
    return { created: known === undefined };
  },
);

const findDevice = prepared((trx: Trx, given: { id: DeviceId }) =>
  trx.selectFrom('device').selectAll().where('id', '=', given.id),
);

export const findCredentials = unit(
  'registry.findCredentials',
  async (trx: Trx, id: DeviceId): Promise<Credentials | null> => {
    const [row] = (await findDevice(trx, { id })).rows;
    if (!row) return null;
    const nextSecretMacs = toMacs(row.next_secret_macs);
    return { device: toDevice(row), secretMac: row.secret_mac, nextSecretMacs, securityProfile: row.security_profile };
  },
);

const MOST_NEXT_SECRETS = 4;

/**
 * Makes a further secret valid beside the one in use, before the device is told of it: whatever becomes of the message,
 * the device can sign in.
 *
 * @throws PolisError `not-found`; `conflict` when too many wait: each may be the one that it took.
 */
export const addNextSecret = unit(
  'registry.addNextSecret',
  async (trx: Trx, { id, secretMac }: { id: DeviceId; secretMac: string }): Promise<void> => {
    const row = await trx.selectFrom('device').select('next_secret_macs').where('id', '=', id).executeTakeFirst();
    if (!row) throw new PolisError('not-found', `There is no device ${id}; register it first.`);
    const macs = toMacs(row.next_secret_macs).filter((mac) => mac !== secretMac);
    if (macs.length >= MOST_NEXT_SECRETS) {
      const message = `${id} has not used the last ${MOST_NEXT_SECRETS} secrets that it was sent; have it connect anew first.`;
      throw new PolisError('conflict', message);
    }
    const next = JSON.stringify([...macs, secretMac]);
    await trx.updateTable('device').set({ next_secret_macs: next }).where('id', '=', id).execute();
  },
);

/** The device used a secret that waited: those before it are no longer valid, those after it still wait. */
export const takeSecretIntoUse = unit(
  'registry.takeSecretIntoUse',
  async (trx: Trx, { id, secretMac }: { id: DeviceId; secretMac: string }): Promise<void> => {
    const row = await trx.selectFrom('device').select('next_secret_macs').where('id', '=', id).executeTakeFirst();
    const macs = toMacs(row?.next_secret_macs ?? null);
    const used = macs.indexOf(secretMac);
    if (used < 0) return;
    const later = macs.slice(used + 1);
    await trx
      .updateTable('device')
      .set({ secret_mac: secretMac, next_secret_macs: later.length === 0 ? null : JSON.stringify(later) })
      .where('id', '=', id)
      .execute();
  },
);

export const listDevices = unit(
  'registry.listDevices',
  async (
    trx: Trx,
    query: { site?: SiteId; type?: string; exceptType?: string; after?: DeviceId; limit: number },
  ): Promise<Device[]> => {
    let select = trx
      .selectFrom('device')
      .selectAll()
      .where('id', '>', query.after ?? '');
    if (query.site !== undefined) select = select.where('site', '=', query.site);
    if (query.type !== undefined) select = select.where('type', '=', query.type);
    if (query.exceptType !== undefined) select = select.where('type', '<>', query.exceptType);
    return (await select.orderBy('id').limit(query.limit).execute()).map(toDevice);
  },
);

/** Whether anything is registered at all: an empty register may start the demo estate. */
export const isEmpty = unit('registry.isEmpty', async (trx: Trx): Promise<boolean> => {
  const site = await trx.selectFrom('site').select('id').limit(1).executeTakeFirst();
  const device = await trx.selectFrom('device').select('id').limit(1).executeTakeFirst();
  return site === undefined && device === undefined;
});

async function siteMustExist(trx: Trx, id: SiteId): Promise<void> {
  const site = await trx.selectFrom('site').select('id').where('id', '=', id).executeTakeFirst();
  if (!site) throw new PolisError('not-found', `There is no site ${id}; register it first with PUT /v1/sites/${id}.`);
}

function toSiteRow(site: Site): RegistryTables['site'] {
  return {
    id: site.id,
    name: site.name,
    latitude: site.latitude,
    longitude: site.longitude,
    grid_limit_w: site.gridLimitW,
    synthetic: site.synthetic ? 1 : 0,
  };
}

function toSite(row: RegistryTables['site']): Site {
  return {
    id: row.id,
    name: row.name,
    latitude: row.latitude,
    longitude: row.longitude,
    gridLimitW: row.grid_limit_w,
    synthetic: row.synthetic === 1,
  };
}

function toDevice(row: RegistryTables['device']): Device {
  return { id: row.id, site: row.site, type: row.type, synthetic: row.synthetic === 1 };
}

function toMacs(json: string | null): string[] {
  return json === null ? [] : (JSON.parse(json) as string[]);
}

export const records: RecordsModule = {
  room: 'registry',
  units: [
    putSite,
    listSites,
    getSite,
    putDevice,
    findCredentials,
    addNextSecret,
    takeSecretIntoUse,
    listDevices,
    isEmpty,
  ],
  migrations: [
    {
      id: '0001-sites-and-devices',
      async up(db) {
        await db.schema
          .createTable('site')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('name', 'text', (column) => column.notNull())
          .addColumn('latitude', 'double precision')
          .addColumn('longitude', 'double precision')
          .addColumn('grid_limit_w', 'double precision')
          .addColumn('synthetic', 'integer', (column) => column.notNull())
          .execute();
        await db.schema
          .createTable('device')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('site', 'text', (column) => column.references('site.id'))
          .addColumn('type', 'text', (column) => column.notNull())
          .addColumn('secret_mac', 'text')
          .addColumn('security_profile', 'integer')
          .addColumn('synthetic', 'integer', (column) => column.notNull())
          .addColumn('registered_at', 'bigint', (column) => column.notNull())
          .execute();
        await db.schema.createIndex('device_site').on('device').columns(['site', 'id']).execute();
      },
    },
    {
      id: '0002-next-secrets',
      async up(db) {
        await db.schema.alterTable('device').addColumn('next_secret_macs', 'text').execute();
      },
    },
  ],
};
