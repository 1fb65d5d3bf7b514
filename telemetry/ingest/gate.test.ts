import { describe, expect, it } from 'vitest';
import { createGate } from './gate.ts';

/** Work of so many bytes that goes on until it is told to end. */
function enter(gate: ReturnType<typeof createGate>, bytes: number, log: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const done = gate.through(bytes, () => (log.push(name), promise));
  return { done, end: resolve, fail: reject };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a gate', () => {
  it('lets through what there is room for, in the order in which it came', async () => {
    const log: string[] = [];
    const gate = createGate(100);
    const [first, , third] = [60, 50, 10].map((bytes, n) => enter(gate, bytes, log, `${n}`));
    await settled();
    // The small one does not pass the one before it.
    expect(log).toEqual(['0']);
    first?.end();
    await settled();
    expect(log).toEqual(['0', '1', '2']);
    third?.end();
    await third?.done;
  });

  it('lets through alone what is larger than all the room', async () => {
    const log: string[] = [];
    const gate = createGate(100);
    const large = enter(gate, 500, log, 'large');
    const small = enter(gate, 1, log, 'small');
    await settled();
    expect(log).toEqual(['large']);
    large.end();
    small.end();
    await Promise.all([large.done, small.done]);
  });

  it('has room again after work that failed, and passes its failure on', async () => {
    const gate = createGate(100);
    await expect(gate.through(100, () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
    await expect(gate.through(100, () => Promise.resolve('kept'))).resolves.toBe('kept');
  });
});
