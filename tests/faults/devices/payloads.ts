import { DAY, HOUR, MINUTE, SECOND, type Millis } from '#estate/units.ts';
import { countsIn, data, goesOn, type Bed, type Fault } from './bed.ts';

/** What a payload leads to: its counts, what of it is stored, and how its device fares. */
async function told(bed: Bed, payload: (now: Millis) => string | Buffer, ...counted: string[]): Promise<string> {
  const gateway = await bed.gateway();
  const counts = await bed.counted(() => gateway.wire.say(gateway.topic('data'), payload(bed.clock.now())));
  const stored = await gateway.stored();
  return [countsIn(counts, ...counted), `stored ${JSON.stringify(stored)}`, await goesOn(gateway, bed)].join('; ');
}

/** A payload that breaks its contract: acknowledged, a dead letter, and the device goes on. */
function broken(name: string, payload: (now: Millis) => string | Buffer): Fault {
  return {
    name,
    observe: (bed) => told(bed, payload, 'malformed', 'dead'),
    expected: '1 malformed, 1 dead; stored []; goes on',
  };
}

/** A payload of which something is kept. */
function partly(name: string, payload: (now: Millis) => string, expected: string, ...counted: string[]): Fault {
  return { name, observe: (bed) => told(bed, payload, ...counted), expected: `${expected}; goes on` };
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
/** As many keys as fit into a message. */
const keys = Array.from({ length: 24_000 }, (_, n) => `"k${n}":1`).join(',');

export const PAYLOAD_FAULTS: Fault[] = [
  broken('an empty message', () => ''),
  broken('no JSON', () => 'W=17'),
  broken('JSON nested 100,000 deep', () => nested(100_000)),
  broken('nested 100,000 deep inside a value', (ts) => `{"ts":${ts},"v":{"W":${nested(100_000)}}}`),
  broken('24,000 keys', (ts) => `{"ts":${ts},"v":{${keys}}}`),
  {
    name: 'a million keys (7 MB)',
    async observe(bed) {
      const gateway = await bed.gateway();
      const all = Array.from({ length: 1_000_000 }, (_, n) => `"${n}":1`).join(',');
      void gateway.wire.say(gateway.topic('data'), `{"ts":1,"v":{${all}}}`);
      await gateway.wire.closed;
      return `cut, stored ${JSON.stringify(await gateway.stored())}`;
    },
    expected: 'cut, stored []',
  },
  broken('NaN', (ts) => `{"ts":${ts},"v":{"W":NaN}}`),
  broken('1e999', (ts) => `{"ts":${ts},"v":{"W":1e999}}`),
  broken('"1,5"', (ts) => `{"ts":${ts},"v":{"W":"1,5"}}`),
  broken('null', (ts) => `{"ts":${ts},"v":{"W":null}}`),
  broken('bytes that are no UTF-8', () => Buffer.from([0x7b, 0xff, 0xfe, 0x7d])),
  broken('seconds for milliseconds', (ts) => data(Math.round(ts / SECOND), 3)),
  broken('microseconds for milliseconds', (ts) => data(ts * 1_000, 3)),
  broken('a time of 1.5 ms', (ts) => data(ts + 0.5, 3)),
  broken('a negative time', () => data(-1, 3)),
  partly(
    '__proto__ as a metric',
    (ts) => `{"ts":${ts},"v":{"__proto__":1,"constructor":2,"W":3}}`,
    '2 quarantined; stored [3]',
    'quarantined',
  ),
  partly(
    '__proto__ as a message',
    (ts) => `{"ts":${ts},"v":{"W":3},"__proto__":{"isAdmin":true}}`,
    '1 accepted; stored [3]',
    'accepted',
  ),
  partly(
    'an unknown metric',
    (ts) => `{"ts":${ts},"v":{"W":3,"Wumpus":1}}`,
    '1 quarantined; stored [3]',
    'quarantined',
  ),
  partly(
    'a number beside what is none',
    (ts) => `{"ts":${ts},"v":{"W":3,"TmpCab":null}}`,
    '1 malformed, 0 dead; stored [3]',
    'malformed',
    'dead',
  ),
  {
    name: 'a history of which two times are wrong',
    async observe(bed) {
      const gateway = await bed.gateway();
      const from = bed.clock.now() - HOUR;
      const s = [from, from + 1, from / SECOND, 0, from + 2].map((ts, n) => [ts, { W: n }]);
      const counts = await bed.counted(() => gateway.wire.say(gateway.topic('hist'), JSON.stringify({ s })));
      const [letter] = bed.telemetry.deadLetters();
      const names = letter?.reason.includes(`${from / SECOND}`) ? 'named' : 'not named';
      const stored = JSON.stringify(await gateway.stored());
      return `${countsIn(counts, 'malformed', 'dead', 'historical')}; ${names}; stored ${stored}; ${await goesOn(gateway, bed)}`;
    },
    expected: '1 malformed, 2 dead, 3 historical; named; stored [0,1,4]; goes on',
  },
  {
    name: 'a site of which one device is wrong',
    async observe(bed) {
      const gateway = await bed.gateway();
      const topic = gateway.topic('data').replace('/inv1', '');
      const payload = { ts: bed.clock.now(), d: { air: { v: 'much' }, inv1: { v: { W: 3 } } } };
      const counts = await bed.counted(() => gateway.wire.say(topic, JSON.stringify(payload)));
      const stored = JSON.stringify(await gateway.stored());
      return `${countsIn(counts, 'malformed', 'dead')}; stored ${stored}; ${await goesOn(gateway, bed)}`;
    },
    expected: '1 malformed, 1 dead; stored [3]; goes on',
  },
  {
    name: 'a site with two devices of nobody',
    async observe(bed) {
      const gateway = await bed.gateway();
      const topic = gateway.topic('data').replace('/inv1', '');
      const part = { v: { W: 3 } };
      const payload = { ts: bed.clock.now(), d: { ghost: part, inv1: part, spectre: part } };
      const counts = await bed.counted(() => gateway.wire.say(topic, JSON.stringify(payload)));
      const stored = JSON.stringify(await gateway.stored());
      return `${countsIn(counts, 'accepted', 'dead')}; stored ${stored}; ${await goesOn(gateway, bed)}`;
    },
    expected: '1 accepted, 2 dead; stored [3]; goes on',
  },
  {
    name: 'a site whose device is named __proto__',
    async observe(bed) {
      const gateway = await bed.gateway();
      const topic = gateway.topic('data').replace('/inv1', '');
      const payload = `{"ts":${bed.clock.now()},"d":{"__proto__":{"v":{"W":1}},"inv1":{"v":{"W":3}}}}`;
      const counts = await bed.counted(() => gateway.wire.say(topic, payload));
      const unsaid = (counts['malformed'] ?? 0) + (counts['quarantined'] ?? 0) > 0 ? 'told' : 'dropped in silence';
      return `${unsaid}, ${await goesOn(gateway, bed)}`;
    },
    expected: 'told, goes on',
  },
  {
    name: 'a device of nobody',
    async observe(bed) {
      const gateway = await bed.gateway();
      const counts = await bed.counted(() =>
        gateway.wire.say(gateway.topic('data', 'ghost'), data(bed.clock.now(), 3)),
      );
      return `${countsIn(counts, 'quarantined', 'dead')}; ${await goesOn(gateway, bed)}`;
    },
    expected: '1 quarantined, 1 dead; goes on',
  },
  {
    name: 'a time of tomorrow',
    async observe(bed) {
      const gateway = await bed.gateway();
      const counts = await bed.counted(() => gateway.wire.say(gateway.topic('data'), data(bed.clock.now() + DAY, 3)));
      return `${countsIn(counts, 'future')}, shown ${bed.telemetry.latest(gateway.site).length}, stored ${JSON.stringify(await gateway.stored())}`;
    },
    expected: '1 future, shown 0, stored [3]',
  },
  {
    name: 'a time of tomorrow, then the right one',
    async observe(bed) {
      const { wire, topic, site } = await bed.gateway();
      await wire.say(topic('data'), data(bed.clock.now() + DAY, 3));
      await wire.say(topic('data'), data(bed.clock.now(), 4));
      const { values, quality: bad } = bed.telemetry.latest(site)[0] ?? {};
      return `shown: ${values?.['W']}, ${bad?.['W'] === undefined ? 'good' : 'bad'}`;
    },
    expected: 'shown: 4, good',
  },
  partly('an hour late as live', (ts) => data(ts - HOUR, 3), '1 late; stored [3]', 'late'),
  partly(
    'a value outside its range',
    (ts) => `{"ts":${ts},"v":{"W":-1e12}}`,
    '1 accepted; stored [-1000000000000]',
    'accepted',
  ),
  {
    name: 'the same message 100 times, and again after it connected anew',
    async observe(bed) {
      const { wire, topic, id, stored } = await bed.gateway();
      const payload = data(bed.clock.now(), 3);
      for (let n = 0; n < 100; n++) await wire.say(topic('data'), payload, { dup: n > 0, messageId: 1 });
      wire.cut();
      const again = bed.signIn(id);
      await again.connack;
      const acknowledged = await again.say(topic('data'), payload, { dup: true, messageId: 1 });
      return `${acknowledged ? 'acknowledged' : 'cut'}, stored ${JSON.stringify(await stored())}`;
    },
    expected: 'acknowledged, stored [3]',
  },
  {
    name: 'the same time with another value',
    async observe(bed) {
      const { wire, topic, stored } = await bed.gateway();
      const ts = bed.clock.now();
      for (const watts of [3, 4]) await wire.say(topic('data'), data(ts, watts));
      return `stored ${JSON.stringify(await stored())}`;
    },
    expected: 'stored [4]',
  },
  {
    name: 'numbers that jump, fall back and repeat',
    async observe(bed) {
      const gateway = await bed.gateway();
      const { wire, topic } = gateway;
      const asked = await wire.subscribe(topic('cmd').replace('/inv1', '/#'));
      const counts = await bed.counted(async () => {
        for (const [n, seq] of [0, 1, 50, 50, 49, 200, 3].entries()) {
          await wire.say(topic('data'), JSON.stringify({ ts: bed.clock.now() + n, seq, v: { W: n } }));
        }
      });
      const rebirths = wire.heard.filter(({ payload }) => payload.includes('rebirth')).length;
      return `granted ${asked}, ${countsIn(counts, 'gaps')}, asked for its births ${rebirths} time`;
    },
    expected: 'granted 1, 3 gaps, asked for its births 1 time',
  },
  {
    name: 'a history of 10,000 points, twice, the newest first',
    async observe(bed) {
      const { wire, topic, stored } = await bed.gateway();
      const from = bed.clock.now() - HOUR;
      const s = Array.from({ length: 10_000 }, (_, n) => [from + n, { W: n % 9 }]);
      for (const points of [s.toReversed(), s]) await wire.say(topic('hist'), JSON.stringify({ s: points }));
      const values = await stored();
      return `${values.length} stored, ${values.every((value, n) => value === n % 9) ? 'in order' : 'mixed'}`;
    },
    expected: '10000 stored, in order',
  },
  {
    name: 'an answer to no command',
    async observe(bed) {
      const gateway = await bed.gateway();
      const counts = await bed.counted(() =>
        gateway.wire.say(gateway.topic('ack'), '{"id":"nobody-asked","st":"done"}'),
      );
      return `${countsIn(counts, 'lateAcks')}, ${await goesOn(gateway, bed)}`;
    },
    expected: '1 lateAcks, goes on',
  },
  {
    name: 'the same event ten times',
    async observe(bed) {
      const gateway = await bed.gateway();
      const event = JSON.stringify({
        id: 'e1',
        ts: bed.clock.now() - MINUTE,
        code: 'hot',
        text: 'a\r\nb\u001b[31m',
        active: true,
      });
      const counts = await bed.counted(async () => {
        for (let n = 0; n < 10; n++) await gateway.wire.say(gateway.topic('event'), event);
      });
      return `${countsIn(counts, 'events')}, ${await goesOn(gateway, bed)}`;
    },
    expected: '1 events, goes on',
  },
];
