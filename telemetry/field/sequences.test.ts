import { describe, expect, it } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { createSequences } from './sequences.ts';

const node = { site: 'barolo', node: 'gw' };
const from = { ...node, device: null };

describe('a sequence', () => {
  it.each([
    ['that counts', [7, 8, 9], []],
    ['that passes 255', [254, 255, 0, 1], []],
    ['with a number twice', [7, 7, 8], []],
    ['whose last are sent again after a reconnect', [6, 7, 8, 7, 8, 9], []],
    ['whose last are sent again across 255', [254, 255, 0, 254, 255, 0, 1], []],
    ['with a hole', [7, 9, 10], [9]],
    ['with two holes', [7, 9, 12], [9, 12]],
    ['with a hole across 255', [253, 2], [2]],
    ['that begins anew without a word', [100, 0, 1], [0]],
  ])('%s', (_, numbers, gaps) => {
    const sequences = createSequences(handClock(1_000_000));
    expect(numbers.filter((number) => sequences.take(from, number) === 'gap')).toEqual(gaps);
  });

  it('knows what was there before', () => {
    const sequences = createSequences(handClock(1_000_000));
    const steps = [7, 8, 7, 8, 9, 12, 12].map((number) => sequences.take(from, number));
    expect(steps).toEqual(['next', 'next', 'again', 'again', 'next', 'gap', 'again']);
  });

  it('is of one device, or of the node', () => {
    const sequences = createSequences(handClock(1_000_000));
    expect([1, 2].map((seq) => sequences.take({ ...node, device: 'a' }, seq))).toEqual(['next', 'next']);
    expect([9, 10].map((seq) => sequences.take({ ...node, device: 'b' }, seq))).toEqual(['next', 'next']);
    expect(sequences.take(from, 77)).toBe('next');
  });

  it('may begin anywhere in a new session', () => {
    const sequences = createSequences(handClock(1_000_000));
    sequences.take(from, 5);
    sequences.restart(node);
    expect(sequences.take(from, 200)).toBe('next');
  });

  it('lets a node be asked once a minute', async () => {
    const clock = handClock(1_000_000);
    const sequences = createSequences(clock);
    expect([sequences.mayAsk(node), sequences.mayAsk(node)]).toEqual([true, false]);
    await clock.advance(60_000);
    expect(sequences.mayAsk(node)).toBe(true);
  });
});
