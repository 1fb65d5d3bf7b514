import { describe, expect, it } from 'vitest';
import { enqueue, type Outbox, type OutboxMessage, remove } from './outbox.ts';

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
    const outbox: Outbox = [];
    const [first, second] = [message(1, 'began'), message(2, 'ended')];
    for (const each of [first, second]) expect(enqueue(outbox, each, 10)).toEqual([]);
    expect(outbox).toEqual([first, second]);
    remove(outbox, first);
    expect(outbox).toEqual([second]);
    remove(outbox, first);
    expect(outbox).toEqual([second]);
    remove(outbox, second);
    expect(outbox).toEqual([]);
  });

  it('stays bounded by dropping meter samples, never a start or stop', () => {
    const outbox: Outbox = [];
    const dropped: OutboxMessage[] = [];
    for (let at = 0; at < 500; at++) {
      const kind = at % 100 === 0 ? 'began' : at % 100 === 99 ? 'ended' : 'sampled';
      dropped.push(...enqueue(outbox, message(at, kind), 20));
    }
    expect(outbox.length).toBeLessThanOrEqual(21);
    expect(outbox.filter((each) => each.kind === 'began')).toHaveLength(5);
    expect(outbox.filter((each) => each.kind === 'ended')).toHaveLength(5);
    expect(outbox.map((each) => each.at)).toEqual(outbox.map((each) => each.at).toSorted((a, b) => a - b));
    expect(outbox.length + dropped.length).toBe(500);
    expect(dropped.every((each) => each.kind === 'sampled')).toBe(true);
  });
});
