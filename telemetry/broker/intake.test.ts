import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createIntake, type Intake } from './intake.ts';

/** More than messages themselves are counted for in memory. */
const ROOM = 8 * 1024;
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** A connection that is read whenever it says that it can be, as aedes does. */
function connect(intake: Intake, log: string[], name: string) {
  const stream = new PassThrough();
  intake.control(stream);
  stream.on('readable', () => {
    const piece: unknown = stream.read();
    if (piece instanceof Buffer) log.push(`${name}${piece.length}`);
  });
  return stream;
}

/** Work that takes up room until it is told to end. */
function occupy(intake: Intake, bytes: number) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { done: intake.during(bytes, () => promise), end: resolve, fail: reject };
}

describe('what comes in', () => {
  it('is read whole and at once while there is room', async () => {
    const log: string[] = [];
    const stream = connect(createIntake(ROOM), log, 'a');
    stream.write(Buffer.alloc(1_000));
    stream.write(Buffer.alloc(2_000));
    await settled();
    expect(log.join()).toMatch(/^a3000$|^a1000,a2000$/);
  });

  it('waits while what was read is being kept, and is read when that ends', async () => {
    const log: string[] = [];
    const intake = createIntake(ROOM);
    const stream = connect(intake, log, 'a');
    const work = occupy(intake, ROOM);
    stream.write(Buffer.alloc(1_000));
    await settled();
    expect(log).toEqual([]);
    work.end();
    await work.done;
    await settled();
    expect(log).toEqual(['a1000']);
  });

  it('is read when work failed, too', async () => {
    const log: string[] = [];
    const intake = createIntake(ROOM);
    const stream = connect(intake, log, 'a');
    const work = occupy(intake, ROOM);
    stream.write(Buffer.alloc(1_000));
    work.fail(new Error('no disk'));
    await expect(work.done).rejects.toThrow('no disk');
    await settled();
    expect(log).toEqual(['a1000']);
  });

  it('comes piece by piece and in turns from those who wait', async () => {
    const log: string[] = [];
    const intake = createIntake(ROOM);
    const [a, b] = [connect(intake, log, 'a'), connect(intake, log, 'b')];
    const work = occupy(intake, ROOM);
    a.write(Buffer.alloc(10_000));
    b.write(Buffer.alloc(5_000));
    await settled();
    work.end();
    for (let turn = 0; turn < 10; turn++) await settled();
    expect(log).toEqual(['a4096', 'b4096', 'a4096', 'b904', 'a1808']);
  });

  it('keeps nobody waiting for a connection that is gone', async () => {
    const log: string[] = [];
    const intake = createIntake(ROOM);
    const [a, b] = [connect(intake, log, 'a'), connect(intake, log, 'b')];
    const work = occupy(intake, ROOM);
    a.write(Buffer.alloc(1_000));
    b.write(Buffer.alloc(1_000));
    await settled();
    a.destroy();
    await settled();
    work.end();
    for (let turn = 0; turn < 4; turn++) await settled();
    expect(log).toEqual(['b1000']);
  });
});
