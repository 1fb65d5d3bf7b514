import { handClock, systemClock, type HandClock } from '#estate/clock.ts';
import { putDevice, putSite } from '#storage/registry.ts';
import { openStores, openTestBed, secretOf, type TestBed } from '../../../telemetry/specimens/test-bed.ts';
import type { FaultOn } from '../fault-table.ts';
import { openWire, type SignIn, type Wire } from './wire.ts';

/** A fault as a device may show it. */
export type Fault = FaultOn<Bed>;

/** Real time for a connection to be cut. */
const PATIENCE_MS = 20_000;

/** A gateway of its own site, with one inverter behind it, signed in. */
export interface Gateway {
  id: string;
  site: string;
  wire: Wire;
  /** The topic of its inverter, or of the named device, in full. */
  topic: (kind: string, device?: string) => string;
  /** What is in the series store of its inverter's power: values in order of their time. */
  stored: () => Promise<number[]>;
}

/** Telemetry over real sockets and stores, and a meter that minds its own business all the time. */
export interface Bed extends AsyncDisposable {
  port: number;
  clock: HandClock;
  telemetry: TestBed['telemetry'];
  /** What telemetry counted while something was done, of what changed. */
  counted(work: () => Promise<unknown>): Promise<Record<string, number>>;
  gateway(more?: Partial<SignIn>): Promise<Gateway>;
  /** A site and a gateway on record that is not connected yet. */
  newGateway(): Promise<{ id: string; site: string }>;
  signIn(user: string, more?: Partial<SignIn>): Wire;
  /** Whether the neighbour is still served: what it says is acknowledged, and stored. */
  neighbourLives(): Promise<boolean>;
}

export const INVERTER = 'inv1';
export const ROOT = 'estate/v1';
/** A client that reads nothing for so long is cut, ms: on a busy machine one that reads may pause for seconds. */
const READS_WITHIN_MS = 10_000;
/** A long name: what is retained of its presence soon fills what a client does not read. */
export const HOST = 'h'.repeat(64);

export async function createBed(): Promise<Bed> {
  const clock = handClock(systemClock.now());
  const stores = await openStores({ clock });
  const testBed = await openTestBed(stores, { readsWithinMs: READS_WITHIN_MS, hostId: HOST });
  const { telemetry, port } = testBed;
  const { records, secrets, series } = stores;
  const signIn = (user: string, more: Partial<SignIn> = {}) =>
    openWire({ port, user, password: secretOf(user), ...more });
  let last = 0;
  const newGateway = async () => {
    const [site, id] = [`s${++last}`, `g${last}`];
    await records.run(putSite, {
      id: site,
      name: site,
      latitude: null,
      longitude: null,
      gridLimitW: null,
      synthetic: true,
    });
    await records.run(putDevice, {
      id,
      site,
      type: 'gateway',
      synthetic: true,
      at: 0,
      secretMac: secrets.macOf(secretOf(id)),
    });
    return { site, id };
  };
  const neighbour = signIn('meter', { clientId: 'neighbour' });
  await neighbour.connack;
  let said = 0;

  return {
    port,
    clock,
    telemetry,
    signIn,
    newGateway,
    async counted(work) {
      const before: Record<string, number> = telemetry.counters();
      await work();
      const after = Object.entries(telemetry.counters()).map(([what, n]): [string, number] => [
        what,
        n - (before[what] ?? 0),
      ]);
      return Object.fromEntries(after.filter(([, n]) => n !== 0));
    },
    async gateway(more) {
      const { site, id } = await newGateway();
      const wire = signIn(id, more);
      await wire.connack;
      const topic = (kind: string, device: string = INVERTER) => `${ROOT}/${site}/${kind}/${id}/${device}`;
      await wire.say(topic('birth'), JSON.stringify({ ts: clock.now(), type: 'pv-inverter' }), { retain: true });
      return {
        id,
        site,
        wire,
        topic,
        async stored() {
          await telemetry.catchUp();
          const [found] = await series.query({
            site,
            devices: [INVERTER],
            metric: 'W',
            from: 0,
            to: 9e12,
            limit: 100_000,
          });
          return found?.points.map(([, value]) => value) ?? [];
        },
      };
    },
    async neighbourLives() {
      const value = ++said;
      const payload = JSON.stringify({ ts: clock.now() + value, v: { W: value } });
      const acknowledged = await neighbour.say(`${ROOT}/barolo/data/meter/meter`, payload);
      await telemetry.catchUp();
      const [found] = await series.query({ devices: ['meter'], metric: 'W', from: 0, to: 9e12 });
      return acknowledged && found?.points.at(-1)?.[1] === value;
    },
    async [Symbol.asyncDispose]() {
      neighbour.cut();
      await testBed.close();
      await stores.close();
    },
  };
}

/** A reading of the inverter as JSON. */
export function data(ts: number, watts: number): string {
  return JSON.stringify({ ts, v: { W: watts } });
}

/** What became of a connection: whether it goes on, or how it ended. */
export async function fate({ wire }: { wire: Wire }): Promise<'cut' | 'stays'> {
  const late = new Promise<'stays'>((resolve) => setTimeout(resolve, PATIENCE_MS, 'stays').unref());
  return Promise.race([wire.closed.then(() => 'cut' as const), late]);
}

/** Whether a gateway goes on: what it says is acknowledged. */
export async function goesOn({ wire, topic }: Gateway, bed: Bed): Promise<'cut' | 'goes on'> {
  return (await wire.say(topic('data'), data(bed.clock.now(), 1))) ? 'goes on' : 'cut';
}

/** A short list of counts. */
export function countsIn(counts: Record<string, number>, ...what: string[]): string {
  return what.map((name) => `${counts[name] ?? 0} ${name}`).join(', ');
}
