import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import type { GrafanaClient } from './client.ts';
import { dataSourceOf, type InfluxAccess } from './data-source.ts';
import { DASHBOARDS } from './list.ts';

/** What was done for one thing in Grafana. */
export interface Pushed {
  what: string;
  done: 'created' | 'updated' | 'unchanged';
}

const FOLDER = { uid: 'polisgrid', title: 'polisgrid' };

/**
 * Brings the data source, the folder and the dashboards into a Grafana. Whatever is there already is left alone; a
 * second time changes nothing, but that a password that is given is stored again, as Grafana does not show it.
 *
 * @throws PolisError as the client does.
 */
export async function pushGrafana(client: GrafanaClient, access: InfluxAccess): Promise<Pushed[]> {
  const { database } = await client.health();
  if (database !== 'ok') throw new PolisError('unavailable', `Grafana is not well: its database is "${database}".`);
  const pushed: Pushed[] = [{ what: 'data source polisgrid', done: await pushDataSource(client, access) }];
  const folder = await client.folder(FOLDER.uid);
  if (!folder) await client.createFolder(FOLDER);
  pushed.push({ what: 'folder polisgrid', done: folder ? 'unchanged' : 'created' });
  for (const dashboard of Object.values(DASHBOARDS)) {
    pushed.push({ what: `dashboard ${dashboard.title ?? ''}`, done: await pushDashboard(client, dashboard) });
  }
  return pushed;
}

async function pushDataSource(client: GrafanaClient, access: InfluxAccess): Promise<Pushed['done']> {
  const wanted = dataSourceOf(access);
  const there = await client.dataSource(wanted.uid);
  if (!there) {
    await client.createDataSource(wanted, access.password);
    return 'created';
  }
  if (access.password === undefined && includes(there, wanted)) return 'unchanged';
  if (there.readOnly) {
    throw new PolisError(
      'conflict',
      'The data source was provisioned from files; change it there, or remove the files.',
    );
  }
  await client.updateDataSource(wanted, access.password);
  return 'updated';
}

async function pushDashboard(client: GrafanaClient, dashboard: { uid?: string }): Promise<Pushed['done']> {
  const wanted = z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(dashboard)));
  const there = await client.dashboard(dashboard.uid ?? '');
  if (there && there.meta.folderUid === FOLDER.uid && includes(there.dashboard, wanted)) return 'unchanged';
  if (there?.meta.provisioned) {
    throw new PolisError('conflict', 'The dashboard was provisioned from files; change it there, or remove the files.');
  }
  await client.saveDashboard({ dashboard: wanted, folderUid: FOLDER.uid, message: 'pushed by polisgrid' });
  return there ? 'updated' : 'created';
}

/** Whether all that is wanted is there; Grafana adds ids, versions and defaults of its own. */
function includes(there: object, wanted: object): boolean {
  const found: Record<string, unknown> = { ...there };
  return Object.entries(wanted).every(([name, value]) => isDeepStrictEqual(found[name], value));
}
