import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, isoTime, SECOND } from '#estate/units.ts';
import { FAULTS } from '#simulators/index.ts';
import { startProcess } from '../platform/process.ts';
import { createRunPlace } from '../platform/run-place.ts';

/** An OCPP message as the platform tells it. */
interface Message {
  at: string;
  direction: 'in' | 'out';
  kind: string;
  messageId: string | null;
  action: string | null;
  payload: unknown;
}

/** What is to be seen of a fault: figures of its stage, and what the platform heard of chargers before and during it. */
interface Seen {
  figures: Record<string, number | null>;
  /** The calls of each charger, the oldest first. */
  before: Message[][];
  during: Message[][];
  alarms: { cause: string; device: string }[];
}

interface Case {
  fault: string;
  parameters?: string;
  /** How long it stands, simulated. */
  forS?: number;
  /** The sign by which it is seen that it did something. */
  sign: (seen: Seen) => boolean;
}

/** What ends sessions comes last: the others need them. Times are simulated, 40 of them in a real one. */
const CASES: Case[] = [
  { fault: 'latency', parameters: 'delay: 10s', sign: ({ figures }) => (figures['calls.p95'] ?? 0) >= 450 },
  { fault: 'bandwidth', parameters: 'rate: 50', sign: ({ figures }) => (figures['calls.max'] ?? 0) >= 150 },
  { fault: 'slice', parameters: 'gap: 300ms', sign: ({ figures }) => (figures['calls.max'] ?? 0) >= 150 },
  { fault: 'down', sign: ({ figures }) => (figures['handshakes.failed'] ?? 0) > 0 },
  { fault: 'half-open', forS: 60, sign: ({ figures }) => (figures['calls.lost'] ?? 0) > 0 },
  { fault: 'reset', forS: 150, sign: ({ figures }) => typeof figures['reconnected'] === 'number' },
  { fault: 'cut', sign: ({ figures }) => typeof figures['reconnected'] === 'number' },
  { fault: 'duplicate', sign: ({ during }) => during.some((calls) => isRepeated(calls.map(idOf))) },
  { fault: 'reorder', sign: ({ during }) => during.some((calls) => isOutOfOrder(metered(calls))) },
  { fault: 'late', sign: ({ figures }) => (figures['queued'] ?? 0) > 0 },
  { fault: 'malformed', parameters: 'share: 0.5', sign: ({ during }) => during.flat().some(isUnknown) },
  { fault: 'stale-clock', sign: ({ before, during }) => latest(during) - latest(before) > 2 * HOUR },
  { fault: 'repeated-ids', sign: ({ during }) => during.flat().some((each) => /^\d{1,4}$/.test(idOf(each))) },
  {
    fault: 'swapped-transactions',
    sign: ({ before, during }) => during.some((calls, n) => isSwapped(before[n], calls)),
  },
  { fault: 'swallowed-replies', sign: ({ figures }) => (figures['calls.lost'] ?? 0) > 0 },
  {
    fault: 'device-condition',
    parameters: 'type: leak-detector, code: leak',
    sign: ({ alarms }) => alarms.some(({ cause, device }) => cause === 'device-event' && device.includes('-leak-')),
  },
  { fault: 'hostile', sign: ({ figures }) => (figures['strangers.came'] ?? 0) > 0 },
  {
    fault: 'connector-fault',
    parameters: 'on: { chargers: 50 % }',
    sign: ({ figures }) => (figures['sessions.ended'] ?? 0) > 0,
  },
  { fault: 'reboot', sign: ({ figures }) => (figures['sessions.ended'] ?? 0) > 0 },
];

const SLOW_DISK: Case = {
  fault: 'slow-disk',
  parameters: 'delay: 150ms',
  forS: 10,
  sign: ({ figures }) => (figures['calls.max'] ?? 0) >= 150,
};

const HEAD = `
title: Every fault once
estate: { sites: 5 }
fleet: { plugged: 1, meterValues: 5s, readings: 5s, manners: plain }
start: ${isoTime(Date.now() - DAY)}
speed: 40
`;

/** One after the other. What comes late, and nothing else, stands to the end of its stage. */
function scenario(cases: Case[]): string {
  const stages = cases.map(
    ({ fault, parameters, forS = 30 }) => `  - name: ${fault}
    for: ${forS + 30}s
    faults: [{ fault: ${fault}, after: 5s${fault === 'late' ? '' : `, for: ${forS}s`}${parameters ? `, ${parameters}` : ''} }]
`,
  );
  return `${HEAD}stages:
${stages.join('')}  - name: after
    for: 5m
    expect: { connected: '= 100 %', calls.lost: '= 0' }
expect:
  differences: '= 0'
  queued: '= 0'
`;
}

interface Report {
  countedFrom: string;
  failure: string | null;
  stages: { name: string; toS: number; figures: Record<string, number | null> }[];
  faults: { stage: string; fromS: number; toS: number | null }[];
  errors: { text: string }[];
}

const idOf = ({ messageId }: Message) => messageId ?? '';
const isUnknown = ({ action }: Message) => action === 'NoSuchAction';

function isRepeated(ids: string[]): boolean {
  return new Set(ids).size < ids.length;
}

interface Sample {
  connectorId?: number;
  transactionId?: number;
  timestamp?: string;
  meterValue?: { timestamp: string }[];
}

/** What a call says that measures a session, and when that was, ms. */
function metered(calls: Message[]): { at: number; sample: Sample }[] {
  return calls
    .filter(({ action }) => action === 'MeterValues' || action === 'TransactionEvent')
    .map(({ payload }) => payload as Sample)
    .map((sample) => ({ at: Date.parse(sample.meterValue?.[0]?.timestamp ?? sample.timestamp ?? ''), sample }));
}

function isOutOfOrder(samples: { at: number }[]): boolean {
  return samples.some(({ at }, n) => at < (samples[n - 1]?.at ?? at));
}

function latest(chargers: Message[][]): number {
  return Math.max(...chargers.flatMap((calls) => metered(calls).map(({ at }) => at)));
}

/** A connector of a 1.6 charger has a transaction that was of another one before. */
function isSwapped(before: Message[] = [], during: Message[]): boolean {
  const pairs = (calls: Message[]) => metered(calls).map(({ sample }) => sample);
  return pairs(during).some(
    ({ connectorId, transactionId }) =>
      transactionId !== undefined &&
      pairs(before).some((one) => one.transactionId === transactionId && one.connectorId !== connectorId),
  );
}

describe('A run in which every fault of the list befalls everyone once', () => {
  it('shows a sign of each, ends it, comes to its end, and the platform has it all', { timeout: 300_000 }, async () => {
    await using place = await createRunPlace();
    await place.write('faults.yaml', scenario(CASES));
    await using polisgrid = await startProcess({ data: join(place.path, 'data'), flags: ['--demo', 'off'] });
    const { admin } = polisgrid;
    const { code, text } = await place.sim('run', 'faults.yaml');
    const report = JSON.parse(await place.read('runs/faults-1/report.json')) as Report;
    expect(report.failure).toBeNull();
    expect([...CASES, SLOW_DISK].map(({ fault }) => fault).toSorted()).toEqual(
      FAULTS.map(({ name }) => name).toSorted(),
    );
    expect(report.faults.map(({ stage }) => stage)).toEqual(CASES.map(({ fault }) => fault));
    expect(report.faults.filter(({ toS }) => toS === null)).toEqual([]);

    const ids = (await admin.everything<{ id: string }>('/v1/chargers')).map(({ id }) => id);
    const heard = await Promise.all(ids.map((id) => admin.everything<Message>(`/v1/chargers/${id}/messages`)));
    const alarms = await admin.everything<{ cause: string; device: string }>('/v1/alarms');
    const unseen = CASES.filter(({ fault, sign }, n) => !sign({ ...momentOf(report, { fault, n, heard }), alarms }));
    expect(unseen.map(({ fault }) => fault)).toEqual([]);

    expect(report.errors.filter((each) => each.text.startsWith('A stranger'))).toEqual([]);
    expect(text).toContain('Passed: All 4 expectations held');
    expect(code).toBe(0);
    expect(await place.leftovers()).toEqual([]);
  });

  it('can slow down the disk of an instance of its own, which is seen in its answers', async () => {
    await using place = await createRunPlace();
    await place.write('disk.yaml', scenario([SLOW_DISK]));
    const { code } = await place.sim('run', 'disk.yaml', '--own');
    const report = JSON.parse(await place.read('runs/disk-1/report.json')) as Report;
    const seen = { ...momentOf(report, { fault: 'slow-disk', n: 0, heard: [] }), alarms: [] };
    expect(SLOW_DISK.sign(seen), JSON.stringify(seen.figures)).toBe(true);
    expect(code).toBe(0);
  });
});

/** What was measured and heard before the n-th fault, and from then to the end of its stage: what it did may come late. */
function momentOf(
  { countedFrom, stages, faults }: Report,
  { fault, n, heard }: { fault: string; n: number; heard: Message[][] },
): Omit<Seen, 'alarms'> {
  const { fromS = 0 } = faults[n] ?? {};
  const { toS = fromS, figures = {} } = stages.find(({ name }) => name === fault) ?? {};
  const instant = (elapsedS: number) => isoTime(Date.parse(countedFrom) + elapsedS * SECOND);
  const between = (from: string, to: string) =>
    heard.map((messages) =>
      messages
        .filter(({ at, direction, kind }) => direction === 'in' && kind === 'call' && at >= from && at < to)
        .toReversed(),
    );
  return {
    figures,
    before: between('', instant(fromS)),
    during: between(instant(fromS), instant(toS)),
  };
}
