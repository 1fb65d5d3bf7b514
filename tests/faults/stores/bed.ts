import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '#estate/clock.ts';
import { SECOND } from '#estate/units.ts';
import { createTarget, fieldTruth, verifyTruth, type Fleet } from '#simulators/index.ts';
import { slowDiskSwitch } from '../../../simulators/faults/disk/switch.ts';
import { caughtUp } from '../../platform/caught-up.ts';
import { CARD, smallEstate, startField } from '../../platform/field.ts';
import { eventually } from '../../platform/http.ts';
import { ADMIN_KEY } from '../../platform/in-process.ts';
import { startProcess, type PolisgridProcess } from '../../platform/process.ts';
import { temporaryFolder } from '../../platform/temporary-folder.ts';
import { freePort } from '../../servers/server.ts';

const FAILING_DISK = fileURLToPath(new URL('./failing-disk.preload.ts', import.meta.url));
/** After some failures a charger waits so long, and half as long again, before it tries once more. */
const PATIENCE_MS = 60 * SECOND;

/** What is wrong with the disk under the stores; `slow`: each commit takes 5 s more. */
export type DiskState = 'fair' | 'full' | 'read-only' | 'slow';
const SLOW_MS = 5 * SECOND;

/** polisgrid in a process of its own, and a charger of each version whose cars come and go, all in real time. */
export interface Bed extends AsyncDisposable {
  fleet: Fleet;
  dataFolder: string;
  /** As it runs now. */
  polisgrid(): PolisgridProcess;
  /** Starts it again on the same ports and data. */
  restart(): Promise<void>;
  turnDisk(state: DiskState): void;
  /** A car comes to each charger, and its driver shows a card; resolves once each session is confirmed. */
  begin(): Promise<void>;
  /** All cars leave. */
  end(): void;
  /** How many transaction messages are not confirmed yet. */
  queued(): number;
  /** Once all is told: whether the records say what was true. */
  account(): Promise<string>;
  neighbourLives(): Promise<boolean>;
}

/** What `account` says when nothing is wrong. */
export const TRUE = 'all is told and true';

/** @param flags beside the usual ones. */
export async function createBed(flags: readonly string[] = []): Promise<Bed> {
  await using made = new AsyncDisposableStack();
  const dataFolder = made.use(await temporaryFolder()).path;
  const diskFile = join(dataFolder, 'disk');
  const slowDisk = slowDiskSwitch(join(dataFolder, 'commit-delay'));
  const preloads = [FAILING_DISK, slowDisk.preload].map((file) => `--import ${file}`);
  const ports = { http: String(await freePort()), ocpp: String(await freePort()), mqtt: String(await freePort()) };
  const start = () =>
    startProcess({
      data: dataFolder,
      ports,
      flags: ['--demo', 'off', ...flags],
      environment: { ...slowDisk.environment, POLISGRID_TEST_DISK_FILE: diskFile, NODE_OPTIONS: preloads.join(' ') },
    });
  let polisgrid = await start();
  made.defer(() => polisgrid[Symbol.asyncDispose]());
  const from = systemClock.now();
  const estate = smallEstate({ protocols: ['ocpp1.6', 'ocpp2.0.1'] });
  // A boot that is turned down is tried again after half a minute only.
  const chargers = estate.chargers.map((charger) => ({ ...charger, bootsOnReconnect: false }));
  const fleet = made.use(
    await startField(polisgrid, { ...estate, chargers }, { tickMs: SECOND / 4, meterIntervalS: 5 }),
  );
  const isThere = () => fleet.truth().every(({ isOnline, queued }) => isOnline && queued.length === 0);
  const eventuallyThere = () => eventually(() => Promise.resolve(isThere()), Boolean, PATIENCE_MS);
  const held = made.move();
  return {
    fleet,
    dataFolder,
    polisgrid: () => polisgrid,
    async restart() {
      await polisgrid.stop();
      polisgrid = await start();
    },
    turnDisk(state) {
      slowDisk.delayCommits(state === 'slow' ? SLOW_MS : 0);
      writeFileSync(diskFile, state === 'slow' ? 'fair' : state);
    },
    async begin() {
      const accepted = await Promise.all(
        fleet.chargers.map((charger) => {
          charger.plugIn(1);
          return charger.authorise(1, CARD);
        }),
      );
      if (!accepted.every(Boolean)) throw new Error('A card was not accepted.');
      await eventuallyThere();
    },
    end: () => fleet.chargers.forEach((charger) => void charger.unplug(1)),
    queued: () => fleet.truth().reduce((sum, { queued }) => sum + queued.length, 0),
    async account() {
      // Who waits before it tries again need not wait any longer.
      for (const charger of fleet.chargers) if (!charger.isOnline()) charger.cut(0);
      await eventuallyThere();
      await caughtUp(polisgrid.admin);
      const truth = fieldTruth(fleet, { seed: 'test', from, to: systemClock.now() });
      const target = createTarget({ url: polisgrid.consoleUrl, key: ADMIN_KEY });
      const { checked, differences } = await verifyTruth(truth, target, { now: systemClock.now() });
      const refused = fleet.truth().reduce((sum, each) => sum + each.refused.length, 0);
      if (checked.sessions === 0) return 'nothing was checked';
      if (refused > 0) return `${refused} transaction messages were turned down for good`;
      return differences.length === 0
        ? TRUE
        : differences
            .slice(0, 3)
            .map(({ text }) => text)
            .join(' ');
    },
    async neighbourLives() {
      return (await polisgrid.admin.get('/v1/info')).status === 200;
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
