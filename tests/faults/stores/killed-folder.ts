import { cp, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '#estate/clock.ts';
import { isoTime } from '#estate/units.ts';
import { openWire, secretOf, type Wire } from '../../../ocpp-server/specimens/wire.ts';
import { startProcess, type PolisgridProcess } from '../../platform/process.ts';
import { temporaryFolder } from '../../platform/temporary-folder.ts';

export const CHARGER = 'TORN';
/** The stores that a charger's messages go to. */
export const STORES = ['records.db', 'journal.db'] as const;
const SESSIONS = 10;

/** A transaction message that was confirmed, and how long the log of the records (WAL) was by then, bytes. */
export interface Confirmed {
  phase: 'began' | 'ended';
  transaction: string;
  walBytes: number;
}

/** The data folder of an instance that was killed, with all that it had confirmed in its log. */
export interface KilledFolder extends AsyncDisposable {
  path: string;
  confirmed: readonly Confirmed[];
  /** A copy of it, gone with the scope that asked for it. */
  copy(): Promise<{ path: string } & AsyncDisposable>;
  neighbourLives(): Promise<boolean>;
}

export async function createKilledFolder(): Promise<KilledFolder> {
  await using made = new AsyncDisposableStack();
  const { path } = made.use(await temporaryFolder());
  const flags = ['--demo', 'off'];
  const first = await startProcess({ data: path, flags });
  await first.admin.put('/v1/sites/barolo', { name: 'Barolo' });
  await first.admin.put(`/v1/chargers/${CHARGER}`, { site: 'barolo', secret: secretOf(CHARGER) });
  // A clean stop empties the log: what it holds then are the messages alone.
  await first.stop();
  await using second = await startProcess({ data: path, flags });
  const confirmed = await chargeAt(second, path);
  await second.kill();
  const held = made.move();
  return {
    path,
    confirmed,
    async copy() {
      const folder = await temporaryFolder();
      await cp(path, folder.path, { recursive: true });
      return folder;
    },
    neighbourLives: () => Promise.resolve(true),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function chargeAt({ ocppUrl }: PolisgridProcess, path: string): Promise<Confirmed[]> {
  const wire = await openWire(Number(new URL(ocppUrl).port), { id: CHARGER });
  await wire.call('BootNotification', { chargePointVendor: 'Polis', chargePointModel: 'Torn' });
  const confirmed: Confirmed[] = [];
  const note = async (phase: Confirmed['phase'], transaction: string) => {
    confirmed.push({ phase, transaction, walBytes: (await stat(join(path, 'records.db-wal'))).size });
  };
  for (let n = 0; n < SESSIONS; n++) {
    const transactionId = await start(wire, n);
    await note('began', String(transactionId));
    await wire.call('StopTransaction', {
      transactionId,
      meterStop: n * 1_000 + 500,
      timestamp: isoTime(systemClock.now()),
    });
    await note('ended', String(transactionId));
  }
  wire.socket.terminate();
  return confirmed;
}

async function start(wire: Wire, n: number): Promise<number> {
  const timestamp = isoTime(systemClock.now());
  const [, , answer] = await wire.call('StartTransaction', {
    connectorId: 1,
    idTag: 'CARD',
    meterStart: n * 1_000,
    timestamp,
  });
  return (answer as { transactionId: number }).transactionId;
}

/** Keeps only so many bytes of a file. */
export async function tear(file: string, bytes: number): Promise<void> {
  await using handle = await open(file, 'r+');
  await handle.truncate(bytes);
}

/** Turns a byte of a file around. */
export async function flip(file: string, at: number): Promise<void> {
  await using handle = await open(file, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ 0xff;
  await handle.write(byte, 0, 1, at);
}

/** Files of a store that was closed, or killed. */
export async function removeStore(file: string): Promise<void> {
  for (const name of [file, `${file}-wal`, `${file}-shm`]) await rm(name, { force: true });
}
