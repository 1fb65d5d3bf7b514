import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Caller } from '../platform/http.ts';
import { startProcess } from '../platform/process.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';
import { identityOf, type LoadNews, type LoadOrder } from './charger-load.ts';

/**
 * npm run bench:ocpp [-- --chargers 5000 --hold 120 --json FILE]
 * In one run on one machine: a storm of chargers on a bare WebSocket server and on polisgrid with its real stores, then
 * polisgrid holds the connections while its memory is watched. Exit code 1 when the limit is not kept.
 */
const { values } = parseArgs({
  options: {
    chargers: { type: 'string', default: '5000' },
    hold: { type: 'string', default: '120' },
    json: { type: 'string' },
  },
});
const chargers = Number(values.chargers);
const holdS = Number(values.hold);
const SECRET = 'bench-secret-of-forty-characters-in-all';
const LIMIT_MB = 700;

const bareMs = await onBareServer();
await using folder = await temporaryFolder();
await using polisgrid = await startProcess({ data: folder.path, flags: ['--demo', 'off', '--log-level', 'warn'] });
const idleMb = await rssMb(polisgrid.pid);
await register(polisgrid.admin);
const registeredMb = await rssMb(polisgrid.pid);
const load = startLoad();
const storm = await stormOn(load, polisgrid.ocppUrl);
let peakMb = 0;
for (let second = 0; second < holdS; second++) {
  peakMb = Math.max(peakMb, await rssMb(polisgrid.pid));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}
const standing = await ask(load, 'standing');
load.kill();

const kept = standing.open === chargers && storm.failures.length === 0 && peakMb < LIMIT_MB;
const report = {
  machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
  chargers,
  holdS,
  stormMs: { bare: Math.round(bareMs), polisgrid: Math.round(storm.ms), ratio: round(storm.ms / bareMs) },
  failures: storm.failures.slice(0, 5),
  stillConnected: standing.open,
  heartbeatsAnswered: standing.answered,
  rssMb: { idle: idleMb, registered: registeredMb, peak: peakMb, limit: LIMIT_MB },
  rssPerChargerKb: round(((peakMb - registeredMb) * 1_024) / chargers),
  kept,
};
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
if (values.json !== undefined) await writeFile(values.json, JSON.stringify(report, null, 2));
process.exitCode = kept ? 0 : 1;

async function onBareServer(): Promise<number> {
  const server = fork(fileURLToPath(new URL('bare-server.ts', import.meta.url)));
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  const crowd = startLoad();
  const { ms } = await stormOn(crowd, `ws://127.0.0.1:${port}/ocpp`);
  crowd.kill();
  server.kill();
  return ms;
}

function startLoad(): ChildProcess {
  return fork(fileURLToPath(new URL('charger-load.ts', import.meta.url)));
}

async function stormOn(crowd: ChildProcess, url: string) {
  crowd.send({ url, first: 0, chargers, secret: SECRET, heartbeatS: 60 } satisfies LoadOrder);
  return news(crowd, 'stormed');
}

function ask<Kind extends LoadNews['kind']>(crowd: ChildProcess, kind: Kind) {
  crowd.send({ kind });
  return news(crowd, kind);
}

async function news<Kind extends LoadNews['kind']>(crowd: ChildProcess, kind: Kind) {
  for (;;) {
    const [heard] = (await once(crowd, 'message')) as [LoadNews];
    if (heard.kind === kind) return heard as Extract<LoadNews, { kind: Kind }>;
  }
}

async function register(admin: Caller): Promise<void> {
  await admin.put('/v1/sites/bench', { name: 'Bench' });
  const indices = Array.from({ length: chargers }, (_, index) => index).values();
  const worker = async () => {
    for (const index of indices) {
      const { status, body } = await admin.put(`/v1/chargers/${identityOf(index)}`, { site: 'bench', secret: SECRET });
      if (status !== 201) throw new Error(`Registering failed: ${status} ${JSON.stringify(body)}`);
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}

async function rssMb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1_024);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
