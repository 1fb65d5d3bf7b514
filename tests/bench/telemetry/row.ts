import { setTimeout as wait } from 'node:timers/promises';
import type * as bench from '../bench.ts';
import type { Fleet } from './fleet.ts';
import type { Pipeline } from './subjects.ts';

export type Row = bench.Row<Size>;

/** How much is measured. */
export interface Size {
  /** Connections, of a device each. */
  devices: number;
  /** Metrics of a message. */
  metrics: number;
  /** Messages that each device has under way at saturation. */
  underWay: number;
  rounds: number;
  /** How long one measurement sends. */
  forMs: number;
  overloadMs: number;
}

/** How much went all the way, and how fast. */
export interface Passage {
  messages: number;
  /** From the first that was sent to the last that was there, ms. */
  ms: number;
  perSecond: number;
}

const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 300_000;

/** Sends, and waits until all that was sent has arrived at the far end. */
export async function passage(send: () => Promise<number>, arrived: () => Promise<number>): Promise<Passage> {
  const before = await arrived();
  const beganAt = performance.now();
  const messages = await send();
  while ((await arrived()) - before < messages) {
    if (performance.now() - beganAt > PATIENCE_MS) throw new Error(`Of ${messages} messages some never arrived.`);
    await wait(LOOK_EVERY_MS);
  }
  const ms = performance.now() - beganAt;
  return { messages, ms, perSecond: (messages * 1_000) / ms };
}

/** From devices into InfluxDB: what polisgrid says that it has written. */
export function throughPipeline(pipeline: Pipeline, send: () => ReturnType<Fleet['saturate']>): Promise<Passage> {
  return passage(
    async () => (await send()).acknowledged,
    () => pipeline.metric('polisgrid_telemetry_written_total'),
  );
}
