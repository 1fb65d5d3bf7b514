import type { Clock } from '#estate/clock.ts';
import type { TraceWriter } from '../trace-writer.ts';

/** Listens to one connection that is passed on. What it returns is passed on in place of what came. */
export interface Ear {
  fromField(chunk: Buffer): Buffer;
  fromPlatform(chunk: Buffer): Buffer;
  /** The connection is over. */
  ended(): void;
}

export interface EarDeps {
  clock: Clock;
  writer: Pick<TraceWriter, 'write'>;
  /** Of this connection, among those of the recording. */
  connection: number;
}
