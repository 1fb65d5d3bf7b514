import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOf, openBrowser, signIn } from '../platform/browser.ts';
import { eventually } from '../platform/http.ts';
import { ADMIN_KEY } from '../platform/in-process.ts';
import { startProcess, type PolisgridProcess } from '../platform/process.ts';
import { temporaryFolder, type TemporaryFolder } from '../platform/temporary-folder.ts';
import type { ChargerView, SessionView } from '../platform/views.ts';

/** Where the pictures are left for a person to look at. */
const PICTURES = fileURLToPath(new URL('../.out/', import.meta.url));

interface SiteView {
  id: string;
  name: string;
  state: string;
  charging: number;
  synthetic: boolean;
  power: Record<string, number | null>;
}

let folder: TemporaryFolder;
let polisgrid: PolisgridProcess;
let browser: Browser;
let page: Page;
let complaints: string[];
/** A session that was begun here, so that a car charges whatever the hour is. */
let own: SessionView;

beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
  folder = await temporaryFolder();
  polisgrid = await startProcess({ data: folder.path });
  browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  page = await context.newPage();
  complaints = complaintsOf(page);
});
afterAll(async () => {
  await browser.close();
  await polisgrid[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const sites = () => polisgrid.admin.items<SiteView>('/v1/sites?limit=1000');
const picture = (name: string) => page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });

describe('The first five minutes', () => {
  it('begin with a summary within a minute', () => {
    const seconds = Number(/is ready after ([\d.]+) s/.exec(polisgrid.printed())?.[1]);
    expect(seconds).toBeLessThan(60);
    expect(polisgrid.printed()).toMatch(/console +http:\/\/127\.0\.0\.1:\d+/);
    expect(polisgrid.printed()).toMatch(/password \S{20} /);
  });

  it('show a living estate of 40 sites, 100 chargers of both versions, one of them faulted with an open alarm', async () => {
    const all = await eventually(sites, (found) => found.length === 40, 60_000);
    expect(all.every(({ synthetic }) => synthetic)).toBe(true);
    const isFaulted = ({ connectors }: ChargerView) => connectors.some(({ state }) => state === 'faulted');
    const chargers = await eventually(
      () => polisgrid.admin.items<ChargerView>('/v1/chargers?limit=1000'),
      (found) => found.filter(({ online }) => online).length === 100 && found.some(isFaulted),
      60_000,
    );
    expect(new Set(chargers.map(({ protocol }) => protocol))).toEqual(new Set(['ocpp1.6', 'ocpp2.0.1']));
    expect(chargers.filter(isFaulted)).toHaveLength(1);
    await eventually(
      () => polisgrid.admin.items<SessionView>('/v1/sessions?state=active'),
      (active) => active.length > 10,
      60_000,
    );
    const alarms = await eventually(
      () => polisgrid.admin.items<{ cause: string }>('/v1/alarms?active=true'),
      (found) => found.length > 0,
      30_000,
    );
    expect(alarms.map(({ cause }) => cause)).toContain('charger-faulted');
  });

  it('let one start a session, at any hour: a driver comes with a car', async () => {
    const stations = await polisgrid.anyone.items<{
      id: string;
      available: number;
      evses: { evse: number; available: boolean }[];
    }>('/v1/stations?available=true&limit=1000');
    const [station] = stations;
    const evse = station?.evses.find(({ available }) => available)?.evse;
    const { status, body } = await polisgrid.admin.post('/v1/sessions', { charger: station?.id, evse });
    expect(status).toBe(202);
    own = await eventually(
      () => polisgrid.admin.read<SessionView>(`/v1/sessions/${(body as SessionView).id}`),
      ({ state, energyWh }) => state === 'active' && energyWh > 0,
      90_000,
    );
  });

  it('let one sign in with the printed password and see the map and the list', async () => {
    await signIn(page, polisgrid.consoleUrl, /password (\S+) /.exec(polisgrid.printed())?.[1] ?? '');
    await page.getByText('40 of 40 sites').waitFor();
    const first = (await sites()).find(({ state }) => state === 'alarm');
    await page
      .getByText(first?.name ?? '')
      .first()
      .waitFor();
    await picture('sites');
    const found = await new AxeBuilder({ page }).analyze();
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  });

  it('show data that moves on the page of a site', async () => {
    const site = (await sites()).find(({ id }) => id === own.site);
    await page.goto(`${polisgrid.consoleUrl}/sites/${own.site}`);
    await page.getByRole('heading', { name: site?.name ?? '', level: 1 }).waitFor();
    await page.locator('canvas').first().waitFor();
    const shown = () => page.locator('main').innerText();
    const before = await shown();
    expect(before).toMatch(/kW/);
    await eventually(shown, (now) => kilowatts(now) !== kilowatts(before), 30_000);
    await picture('site');
    const found = await new AxeBuilder({ page }).analyze();
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  });

  it('show a charger with its sessions and its messages', async () => {
    await page.goto(`${polisgrid.consoleUrl}/chargers/${own.charger}`);
    await page.getByRole('heading', { name: own.charger, level: 1 }).waitFor();
    await page
      .getByText(own.token ?? '')
      .first()
      .waitFor();
    await picture('charger-sessions');
    await page.getByRole('tab', { name: 'Messages' }).click();
    await page
      .getByText(/MeterValues|TransactionEvent|StatusNotification|Heartbeat/)
      .first()
      .waitFor();
    await picture('charger-messages');
    const found = await new AxeBuilder({ page }).analyze();
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  });

  it('work on a telephone', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(polisgrid.consoleUrl);
    await page.getByText('40 of 40 sites').waitFor();
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await picture('sites-telephone');
  });

  it('leave neither password nor key in the log', async () => {
    const log = await readFile(join(folder.path, 'polisgrid.log'), 'utf8');
    const password = /password (\S{20}) /.exec(polisgrid.printed())?.[1];
    expect(password).toBeDefined();
    for (const secret of [password ?? '', ADMIN_KEY]) expect(log).not.toContain(secret);
  });

  it('raise no error in the browser', () => {
    expect(complaints).toEqual([]);
  });
});

describe('A second start on the same folder', () => {
  it('keeps all sessions, and the field goes on where it was', async () => {
    const list = () => polisgrid.admin.items<SessionView>('/v1/sessions?limit=1000');
    own = await polisgrid.admin.read<SessionView>(`/v1/sessions/${own.id}`);
    expect(await polisgrid.stop()).toBe(0);
    expect(polisgrid.printed()).toContain('everything that was confirmed is stored');
    const before = polisgrid.printed();
    polisgrid = await startProcess({ data: folder.path });
    expect(polisgrid.printed()).not.toMatch(/password/);
    const kept = await list();
    expect(kept.find(({ id }) => id === own.id)?.energyWh).toBeGreaterThanOrEqual(own.energyWh);
    expect(kept.length).toBeGreaterThan(20);
    expect(before).toContain('password');

    await eventually(
      () => polisgrid.admin.read<SessionView>(`/v1/sessions/${own.id}`),
      ({ state, energyWh }) => state === 'active' && energyWh > own.energyWh,
      90_000,
    );
    const ids = new Set((await list()).map(({ id }) => id));
    expect(kept.filter(({ id }) => !ids.has(id))).toEqual([]);
  });
});

/** All powers of a page, as one text. */
function kilowatts(text: string): string {
  return [...text.matchAll(/([\d.,]+)\s*kW\b/g)].map(([, value]) => value).join(' ');
}
