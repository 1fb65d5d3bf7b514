import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '#storage/journal.ts';
import { pairFrames } from './pair-frames.ts';

type Line = ['in' | 'out', number, string];

/** Lines of the wire, oldest first, as the journal gives them back: newest first. */
const journal = (lines: Line[]): JournalEntry[] =>
  lines
    .map(([direction, ts, frame], index) => ({
      position: index + 1,
      key: 'c1',
      ts,
      body: JSON.stringify({ direction, frame, protocol: 'ocpp1.6' }),
    }))
    .toReversed();

const brief = (lines: Line[]) =>
  pairFrames(journal(lines)).map(({ kind, messageId, action, latencyMs }) => [kind, messageId, action, latencyMs]);

describe('the message trace', () => {
  it('gives an answer the action of its call and the time between them', () => {
    const lines: Line[] = [
      ['in', 1_000, '[2,"a","Heartbeat",{}]'],
      ['out', 1_012, '[3,"a",{"currentTime":"2026-01-01T00:00:00Z"}]'],
    ];
    expect(pairFrames(journal(lines))).toEqual([
      {
        position: 2,
        at: '1970-01-01T00:00:01.012Z',
        direction: 'out',
        protocol: 'ocpp1.6',
        kind: 'result',
        messageId: 'a',
        action: 'Heartbeat',
        payload: { currentTime: '2026-01-01T00:00:00Z' },
        frame: lines[1]?.[2],
        latencyMs: 12,
      },
      expect.objectContaining({ position: 1, kind: 'call', action: 'Heartbeat', payload: {}, latencyMs: null }),
    ]);
  });

  it.each<[string, Line[], unknown[]]>([
    [
      'tells calls of one id in both directions apart',
      [
        ['in', 0, '[2,"1","StatusNotification",{}]'],
        ['out', 5, '[2,"1","Reset",{}]'],
        ['out', 10, '[3,"1",{}]'],
        ['in', 20, '[3,"1",{}]'],
      ],
      [
        ['result', '1', 'Reset', 15],
        ['result', '1', 'StatusNotification', 10],
        ['call', '1', 'Reset', null],
        ['call', '1', 'StatusNotification', null],
      ],
    ],
    [
      'takes the latest call where an id comes again',
      [
        ['in', 0, '[2,"1","Heartbeat",{}]'],
        ['in', 100, '[2,"1","BootNotification",{}]'],
        ['out', 107, '[3,"1",{}]'],
      ],
      [
        ['result', '1', 'BootNotification', 7],
        ['call', '1', 'BootNotification', null],
        ['call', '1', 'Heartbeat', null],
      ],
    ],
    ['leaves an answer to nothing alone', [['in', 0, '[3,"x",{}]']], [['result', 'x', null, null]]],
    [
      'does not answer a call twice',
      [
        ['out', 0, '[2,"1","Reset",{}]'],
        ['in', 1, '[3,"1",{}]'],
        ['in', 2, '[3,"1",{}]'],
      ],
      [
        ['result', '1', null, null],
        ['result', '1', 'Reset', 1],
        ['call', '1', 'Reset', null],
      ],
    ],
    [
      'shows an error as the answer that it is',
      [
        ['in', 0, '[2,"1","Foo",{}]'],
        ['out', 3, '[4,"1","NotImplemented","no such action",{}]'],
      ],
      [
        ['error', '1', 'Foo', 3],
        ['call', '1', 'Foo', null],
      ],
    ],
  ])('%s', (_name, lines, expected) => {
    expect(brief(lines)).toEqual(expected);
  });

  it.each(['', 'garbage', '{}', '[]', '[2]', '[2,1,"Heartbeat",{}]', '[2,"1"]', '[5,"1",{}]', '[3]', 'null', '"2"'])(
    'keeps %j as malformed, with its text',
    (frame) => {
      const [message] = pairFrames(journal([['in', 0, frame]]));
      expect(message).toMatchObject({ kind: 'malformed', action: null, payload: null, frame });
    },
  );
});
