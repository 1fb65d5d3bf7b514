import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReadAhead } from './read-ahead.ts';
import { readTrace, type Placed } from './trace-file.ts';
import { indexTrace } from './trace-index.ts';
import { traceHead, type PeerLine } from './trace.ts';
import { createTraceWriter } from './trace-writer.ts';

const AT = '2026-05-18T10:00:00.000Z';
const HEAD = `{"polisgrid-trace":2,"recordedAt":"${AT}","from":"live"}`;
const frame = (charger: string, direction: 'in' | 'out', said: unknown[]): PeerLine => ({
  kind: 'frame',
  at: AT,
  charger,
  protocol: 'ocpp1.6',
  direction,
  frame: JSON.stringify(said),
});

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'polisgrid-trace-'))));
afterAll(() => rm(folder, { recursive: true }));

const written = async (...lines: (string | PeerLine)[]) => {
  const file = join(folder, `${lines.length}-${JSON.stringify(lines).length}.jsonl`);
  await writeFile(file, lines.map((line) => (typeof line === 'string' ? line : `${JSON.stringify(line)}\n`)).join(''));
  return file;
};
const all = async <T>(lines: AsyncIterable<T>) => {
  const found: T[] = [];
  for await (const line of lines) found.push(line);
  return found;
};

describe('a trace', () => {
  it.each([
    ['an empty file', '', /is empty/],
    ['something else', 'hello\n', /Line 1 of the trace.*not JSON/],
    ['a later version', `{"polisgrid-trace":3,"recordedAt":"${AT}"}\n`, /Line 1 .*1\|2/s],
    ['a line that is no JSON', `${HEAD}\n{"kind":\n{}\n`, /Line 2 of the trace.*not JSON/],
    ['a line that lacks something', `${HEAD}\n\n{"kind":"frame","at":"${AT}"}\n`, /Line 3 .*charger/s],
    ['a time that is none', `${HEAD}\n{"kind":"link","at":"noon"}\n`, /Line 2 .*at/s],
  ])('is refused with its name and line: %s', async (_, text, reason) => {
    const file = await written(text);
    await expect(indexTrace(file)).rejects.toThrow(reason);
    await expect(indexTrace(file)).rejects.toThrow(file);
  });

  it('may have lines of kinds that came later, and a last line that breaks off', async () => {
    const heartbeat = frame('CP-1', 'in', [2, '1', 'Heartbeat', {}]);
    const file = await written(`${HEAD}\n{"kind":"weather","sun":true}\n`, heartbeat, '{"kind":"fra');
    const { tornLine, peers } = await indexTrace(file);
    expect(tornLine).toBe(4);
    expect([...peers.keys()]).toEqual(['CP-1']);
    expect(await all(readTrace(file))).toMatchObject([{ line: heartbeat, number: 3 }]);
  });

  it('of version 1 is read', async () => {
    const file = await written(
      `{"polisgrid-trace":1,"recordedAt":"${AT}"}\n`,
      `{"kind":"charger","id":"CP-1","site":null,"synthetic":true}\n`,
      frame('CP-1', 'in', [2, '1', 'Heartbeat', {}]),
    );
    const { estate, peers, firstAt } = await indexTrace(file);
    expect([...estate.chargers.values()]).toEqual([{ id: 'CP-1', site: null, synthetic: true }]);
    expect(peers.get('CP-1')).toMatchObject({ over: 'ocpp' });
    expect(firstAt).toBe(Date.parse(AT));
  });

  it('tells where a charger answered what it was asked', async () => {
    const file = await written(
      `${HEAD}\n`,
      frame('CP-1', 'out', [2, 'a', 'Reset', { type: 'Soft' }]),
      frame('CP-2', 'in', [3, 'a', { status: 'Accepted' }]),
      frame('CP-1', 'in', [3, 'a', { status: 'Rejected' }]),
    );
    const { peers } = await indexTrace(file);
    expect(peers.get('CP-1')?.answers.get('Reset')).toMatchObject([{ number: 4 }]);
    expect(peers.get('CP-2')?.answers.size).toBe(0);
  });

  it('tells where a gateway answered what it was told to do', async () => {
    const packet = (direction: 'in' | 'out', topic: string, payload: object): PeerLine => {
      return { kind: 'packet', at: AT, node: 'gw', direction, topic, qos: 1, retain: false, payload };
    };
    const file = await written(
      `${HEAD}\n`,
      packet('out', 'cmd/gw/roof', { id: 'a', set: {} }),
      packet('in', 'event/gw/roof', { id: 'b' }),
      packet('in', 'ack/gw/roof', { id: 'a', st: 'accepted' }),
      packet('in', 'ack/gw/roof', { id: 'a', st: 'done' }),
    );
    const answers = (await indexTrace(file)).peers.get('gw')?.answers;
    expect([...(answers ?? [])]).toMatchObject([['cmd/gw/roof', [{ number: 4 }]]]);
  });

  it('is read peer by peer, each in its order, without waiting for a peer that has had enough', async () => {
    const writer = await createTraceWriter(join(folder, 'many.jsonl'), traceHead(AT, 'live'));
    const long = 'x'.repeat(20_000);
    for (let n = 0; n < 6_000; n++) {
      writer.write(frame(`CP-${n % 3}`, 'in', [2, String(n), 'DataTransfer', { data: long }]));
      await writer.room();
    }
    await writer.end();
    expect(writer.lines.frame).toBe(6_000);
    const readAhead = createReadAhead(join(folder, 'many.jsonl'), ['CP-0', 'CP-1', 'CP-2']);
    const numbers = async (lines: AsyncIterable<Placed>, most: number) => {
      const found: number[] = [];
      for await (const { number } of lines) if (found.push(number) === most) break;
      return found;
    };
    const [first, second, third] = await Promise.all([
      numbers(readAhead.of('CP-0'), Infinity),
      numbers(readAhead.of('CP-1'), 1),
      numbers(readAhead.of('CP-2'), Infinity),
      readAhead.run(),
    ]);
    const every3rd = (from: number) => Array.from({ length: 2_000 }, (_, n) => from + 3 * n);
    expect([first, second, third]).toEqual([every3rd(2), [3], every3rd(4)]);
  });

  it.skipIf(!existsSync('/dev/full'))('says when the disk is full', async () => {
    const writer = await createTraceWriter('/dev/full', traceHead(AT, 'live'));
    await writer.failed;
    await expect(writer.room()).rejects.toThrow('/dev/full cannot be written any more: ENOSPC');
    await expect(writer.end()).rejects.toThrow('ENOSPC');
    await expect(createTraceWriter(join(folder, 'no', 'such'), traceHead(AT, 'live'))).rejects.toThrow('ENOENT');
  });
});
