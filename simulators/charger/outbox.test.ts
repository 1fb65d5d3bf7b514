import { describe, expect, it } from 'vitest';
import { createOutbox, type OutboxMessage } from './outbox.ts';

const message = (at: number, kind: OutboxMessage['kind']): OutboxMessage => ({
  action: 'TransactionEvent',
  kind,
  session: 's',
  evse: 1,
  at,
  registerWh: at,
  seqNo: at,
  payload: {},
  errors: 0,
});

describe('an offline queue', () => {
  it('gives its messages in order, each until it is confirmed', () => {
    const outbox = createOutbox(10);
    outbox.push(message(1, 'began'));
    outbox.push(message(2, 'ended'));
    expect([outbox.first()?.at, outbox.first()?.at]).toEqual([1, 1]);
    for (const first of outbox.list().slice(0, 1)) outbox.remove(first);
    expect(outbox.first()?.at).toBe(2);
    expect(outbox.has('s')).toBe(true);
    for (const first of outbox.list().slice(0, 1)) outbox.remove(first);
    expect([outbox.size, outbox.has('s'), outbox.first()]).toEqual([0, false, undefined]);
  });

  it('stays bounded by dropping meter samples, never a start or stop', () => {
    const outbox = createOutbox(20);
    for (let at = 0; at < 500; at++)
      outbox.push(message(at, at % 100 === 0 ? 'began' : at % 100 === 99 ? 'ended' : 'sampled'));
    expect(outbox.size).toBeLessThanOrEqual(21);
    const kept = outbox.list();
    expect(kept.filter((each) => each.kind === 'began')).toHaveLength(5);
    expect(kept.filter((each) => each.kind === 'ended')).toHaveLength(5);
    expect(kept.map((each) => each.at)).toEqual(kept.map((each) => each.at).toSorted((a, b) => a - b));
  });

  it('goes on from what was saved', () => {
    const outbox = createOutbox(10);
    outbox.push(message(1, 'began'));
    const resumed = createOutbox(10, JSON.parse(JSON.stringify(outbox.list())) as OutboxMessage[]);
    expect(resumed.first()).toEqual(message(1, 'began'));
  });
});
