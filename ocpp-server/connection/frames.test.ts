import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Protocol } from '#charging/index.ts';
import { isoTime, MINUTE } from '#estate/units.ts';
import { openServer, TEN, type Specimen } from '../specimens/server.ts';

let specimen: Specimen;
beforeAll(async () => {
  specimen = await openServer();
});
afterAll(() => specimen[Symbol.asyncDispose]());

const LONG = 'x'.repeat(37);
const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

const MALFORMED: [what: string, frame: string, id: string, code16: string, code201: string][] = [
  ['no JSON', 'hello', '-1', 'FormationViolation', 'RpcFrameworkError'],
  ['half a frame', '[2,"a","Heartbeat",{', '-1', 'FormationViolation', 'RpcFrameworkError'],
  ['no array', '{"a":1}', '-1', 'FormationViolation', 'RpcFrameworkError'],
  ['an empty array', '[]', '-1', 'GenericError', 'MessageTypeNotSupported'],
  ['deep nesting', DEEP, '-1', 'GenericError', 'MessageTypeNotSupported'],
  ['type 5', '[5,"a","Heartbeat",{}]', 'a', 'GenericError', 'MessageTypeNotSupported'],
  ['type 2.5', '[2.5,"a","Heartbeat",{}]', 'a', 'GenericError', 'MessageTypeNotSupported'],
  ['a type as text', '["2","a","Heartbeat",{}]', 'a', 'GenericError', 'MessageTypeNotSupported'],
  ['an id that is a number', '[2,7,"Heartbeat",{}]', '-1', 'FormationViolation', 'RpcFrameworkError'],
  ['an empty id', '[2,"","Heartbeat",{}]', '-1', 'FormationViolation', 'RpcFrameworkError'],
  ['an id of 37 characters', `[2,"${LONG}","Heartbeat",{}]`, '-1', 'FormationViolation', 'RpcFrameworkError'],
  ['no action', '[2,"a"]', 'a', 'FormationViolation', 'RpcFrameworkError'],
  ['an unknown action', '[2,"a","Nonsense",{}]', 'a', 'NotImplemented', 'NotImplemented'],
  ['an action of Object', '[2,"a","constructor",{}]', 'a', 'NotImplemented', 'NotImplemented'],
  ['an action that is ours to call', '[2,"a","ClearCache",{}]', 'a', 'NotSupported', 'NotSupported'],
  ['a payload that is no object', '[2,"a","Authorize",7]', 'a', 'FormationViolation', 'FormatViolation'],
  ['a payload that is a list', '[2,"a","Authorize",[]]', 'a', 'FormationViolation', 'FormatViolation'],
  ['a missing field', '[2,"a","Authorize",{}]', 'a', 'OccurenceConstraintViolation', 'OccurrenceConstraintViolation'],
];

describe.each<[Protocol, 3 | 4]>([
  ['ocpp1.6', 3],
  ['ocpp2.0.1', 4],
])('over %s', (protocol, column) => {
  test('what is malformed is answered with an error, and kept as it came', async () => {
    const id = `MALFORMED-${column}`;
    const wire = await specimen.connect(id, protocol);
    for (const of of MALFORMED) {
      const [what, frame, messageId] = of;
      wire.send(frame);
      expect([what, ...(await wire.next())]).toEqual([
        what,
        4,
        messageId,
        of[column],
        expect.any(String),
        expect.any(Object),
      ]);
    }
    expect(await wire.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
    const kept = (await specimen.trace(id)).filter(({ direction }) => direction === 'in');
    expect(kept.map(({ frame }) => frame)).toEqual([...MALFORMED.map(([, frame]) => frame), expect.any(String)]);
  });
});

test('an error names the field', async () => {
  const wire = await specimen.connect('FIELDS');
  const boot = await wire.call('BootNotification', { chargePointVendor: 'Ada' });
  expect(boot).toMatchObject([4, 'c1', 'OccurenceConstraintViolation', 'chargePointModel is missing.', {}]);
  const status = await wire.call('StatusNotification', { connectorId: 'one', status: 'Available' });
  expect(status).toMatchObject([4, 'c2', 'TypeConstraintViolation', expect.stringContaining('connectorId'), {}]);
});

test('answers to nothing, and empty frames, are passed over', async () => {
  const wire = await specimen.connect('NOTHING');
  for (const frame of ['[3,"x",{}]', '[4,"x","GenericError","",{}]', '[3,7,{}]', '[4]', '']) wire.send(frame);
  expect(await wire.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
});

test('every frame is in the trace, both ways and in order', async () => {
  const wire = await specimen.connect('TRACE');
  await wire.call('Heartbeat', {}, 'one');
  await wire.call('DataTransfer', { vendorId: 'com.example' }, 'two');
  await expect
    .poll(() => specimen.trace('TRACE'))
    .toEqual([
      { direction: 'in', frame: '[2,"one","Heartbeat",{}]', protocol: 'ocpp1.6' },
      { direction: 'out', frame: `[3,"one",{"currentTime":"${isoTime(TEN)}"}]`, protocol: 'ocpp1.6' },
      { direction: 'in', frame: '[2,"two","DataTransfer",{"vendorId":"com.example"}]', protocol: 'ocpp1.6' },
      { direction: 'out', frame: '[3,"two",{"status":"UnknownVendorId"}]', protocol: 'ocpp1.6' },
    ]);
});

test('answers leave in the order of the calls, though these come all at once and under one id', async () => {
  const wire = await specimen.connect('ORDER');
  for (const id of ['a', 'b', 'b', 'c']) wire.send(`[2,"${id}","Authorize",{"idTag":"CARD"}]`);
  const answers = [await wire.next(), await wire.next(), await wire.next(), await wire.next()];
  expect(answers.map(([, id]) => id)).toEqual(['a', 'b', 'b', 'c']);
});

test('a charger that sends garbage for ever is disconnected', async () => {
  const wire = await specimen.connect('GARBAGE');
  for (let count = 0; count < 150; count++) wire.send('garbage');
  expect(await wire.closed).toBe(1008);
});

test('a charger that sends 20,000 messages at once is disconnected, and no other', async () => {
  const good = await specimen.connect('GOOD');
  const bad = await specimen.connect('BAD');
  for (let count = 0; count < 20_000; count++) bad.send('[2,"a","Heartbeat",{}]');
  expect(await good.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
  expect([1006, 1008]).toContain(await bad.closed);
});

test('a StartTransaction whose meter cannot be read is kept; one without a meter is turned down by name', async () => {
  const wire = await specimen.connect('START');
  const start = { connectorId: 1, idTag: 'CARD-1', timestamp: isoTime(TEN) };
  expect(await wire.call('StartTransaction', { ...start, meterStart: '1,5' })).toMatchObject([3, 'c1', {}]);
  const without = await wire.call('StartTransaction', start);
  expect(without).toMatchObject([4, 'c2', 'OccurenceConstraintViolation', 'meterStart is missing.', {}]);
});

describe('a StopTransaction', () => {
  const stops: [what: string, more: object, energyWh: number][] = [
    ['with a field that nobody knows', { meterStop: 3_000, carbonG: 12 }, 2_000],
    ['with a fraction of a Wh', { meterStop: 3_000.5 }, 2_000.5],
    ['with its meter as text', { meterStop: '3000' }, 2_000],
    ['with null for what is absent', { meterStop: 3_000, idTag: null, reason: null, transactionData: null }, 2_000],
    ['with an unknown reason', { meterStop: 3_000, reason: 'Earthquake' }, 2_000],
    ['of 1970', { meterStop: 3_000, timestamp: '1970-01-01T00:00:10Z' }, 2_000],
    ['of 2099', { meterStop: 3_000, timestamp: '2099-01-01T00:00:00Z' }, 2_000],
    ['without a zone', { meterStop: 3_000, timestamp: '2026-05-18T10:00:00' }, 2_000],
    ['with one meter value where a list is meant', { meterStop: 3_000, transactionData: { sampledValue: [] } }, 2_000],
    ['with a meter that is no number', { meterStop: '1,5' }, 0],
  ];

  test.each(stops)('%s is kept and confirmed', async (what, more, energyWh) => {
    const id = `C${stops.findIndex(([one]) => one === what)}`;
    const { charging, clock } = specimen;
    const wire = await specimen.connect(id);
    const start = { connectorId: 1, idTag: 'CARD-1', meterStart: 1_000, timestamp: isoTime(TEN - 30 * MINUTE) };
    const [, , started] = (await wire.call('StartTransaction', start)) as [3, string, { transactionId: number }];
    const stop = { transactionId: started.transactionId, timestamp: isoTime(clock.now()), ...more };
    expect(await wire.call('StopTransaction', stop)).toEqual([3, 'c2', {}]);
    const [session] = await charging.sessions({ charger: id, limit: 9 });
    expect(session).toMatchObject({ state: 'ended', energyWh, endedAt: TEN });
  });

  test.each([-1, 0, 4711, Number.MAX_SAFE_INTEGER + 1])(
    'of transaction %d, which is nobody’s, is confirmed',
    async (id) => {
      const wire = await specimen.connect(`X${id}`);
      const stop = { transactionId: id, meterStop: 3_000, timestamp: isoTime(TEN) };
      expect(await wire.call('StopTransaction', stop)).toEqual([3, 'c1', {}]);
      expect(await wire.call('StopTransaction', stop)).toEqual([3, 'c2', {}]);
    },
  );
});

test('a TransactionEvent of an unknown type is turned down by name', async () => {
  const wire = await specimen.connect('EVENT', 'ocpp2.0.1');
  const event = { eventType: 'Paused', seqNo: 1, transactionInfo: { transactionId: 'tx' } };
  expect(await wire.call('TransactionEvent', event)).toMatchObject([
    4,
    'c1',
    'PropertyConstraintViolation',
    expect.stringContaining('eventType'),
    {},
  ]);
});

test('NUL and lone surrogates are kept from the stores', async () => {
  const wire = await specimen.connect('NUL');
  wire.send('[2,"a","BootNotification",{"chargePointVendor":"A\\u0000B\\ud800","chargePointModel":"🚗"}]');
  expect(await wire.next()).toMatchObject([3, 'a', { status: 'Accepted' }]);
  expect(await specimen.charging.station('NUL')).toMatchObject({ vendor: 'A\uFFFDB\uFFFD', model: '🚗' });
});

const start = { connectorId: 1, idTag: 'CARD-1', meterStart: 1_000, timestamp: isoTime(TEN) };
const event = {
  eventType: 'Started',
  seqNo: 0,
  timestamp: isoTime(TEN),
  triggerReason: 'Authorized',
  transactionInfo: { transactionId: 'tx' },
};

test.each([
  ['ocpp1.6', 'StartTransaction', start],
  ['ocpp1.6', 'MeterValues', { connectorId: 1, transactionId: 7, meterValue: [] }],
  ['ocpp2.0.1', 'TransactionEvent', event],
] as const)('%s: while the stores are away, a %s is not answered but put off', async (protocol, action, payload) => {
  await using broken = await openServer();
  const wire = await broken.connect('C1', protocol);
  await broken.journal.close();
  // Answered with an error a few times, the charger would drop it.
  expect(await Promise.race([wire.call(action, payload), wire.closed])).toBe(1013);
});

test('while the stores are away, what is not about a transaction is turned down', async () => {
  await using broken = await openServer();
  const wire = await broken.connect('C1');
  await broken.journal.close();
  expect(await wire.call('Heartbeat', {})).toMatchObject([4, 'c1', 'InternalError', expect.any(String), {}]);
});
