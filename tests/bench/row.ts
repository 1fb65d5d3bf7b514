import type * as bench from './bench.ts';
import { createCrowd, type Crowd } from './crowd.ts';
import type { MixName } from './load/mix.ts';
import type { Subject } from './subjects.ts';

export type Row = bench.Row<Size>;

/** How much is measured. */
export interface Size {
  chargers: number;
  rounds: number;
  /** The window of one measurement. */
  forMs: number;
  /** Sessions of the past in the records. */
  sessions: number;
}

/** A server with its chargers, which stand idle while the other server is measured. */
export interface Stand extends AsyncDisposable {
  subject: Subject;
  crowd: Crowd;
}

export async function stand(started: Promise<Subject>, chargers: number): Promise<Stand> {
  const subject = await started;
  const crowd = createCrowd({ chargers });
  return {
    subject,
    crowd,
    async [Symbol.asyncDispose]() {
      crowd[Symbol.dispose]();
      await subject[Symbol.asyncDispose]();
    },
  };
}

/** Lets all chargers of a stand arrive. */
export async function occupy({ subject, crowd }: Stand, mix: MixName): Promise<void> {
  const { failures } = await crowd.storm({ port: subject.port, mix });
  if (failures.length > 0) throw new Error(`${failures.length} chargers could not arrive: ${failures[0]}`);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? NaN, sorted[middle] ?? NaN];
  return (low + high) / 2;
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

export const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
export const perSecond = (rate: number) => `${Math.round(rate).toLocaleString('en')} /s`;
