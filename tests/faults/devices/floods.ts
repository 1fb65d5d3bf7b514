import { generate } from 'mqtt-packet';
import { SECOND } from '#estate/units.ts';
import { secretOf } from '../../../telemetry/specimens/test-bed.ts';
import { countsIn, data, fate, goesOn, HOST, ROOT, type Bed, type Fault } from './bed.ts';

/** How often the neighbour is served while something goes on. */
async function servedAmid(bed: Bed, work: () => Promise<unknown>): Promise<number> {
  let over = false;
  let times = 0;
  const watch = async () => {
    while (!over) {
      if ((await bed.neighbourLives()) && !over) times += 1;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const watching = watch();
  await work();
  over = true;
  await watching;
  return times;
}

/** Who comes before a flood may be served once while it begins; who is starved is served again when it is over. */
const neighbour = (times: number) =>
  times > 1 ? 'the neighbour is served meanwhile' : `the neighbour is served ${times} times meanwhile`;

/** Sends messages with QoS 1 all at once, and lets time pass until each is acknowledged. */
async function flood(bed: Bed, count: number, payload: (n: number) => string) {
  const gateway = await bed.gateway();
  let acknowledged = 0;
  const all = Array.from({ length: count }, async (_, n) => {
    if (await gateway.wire.say(gateway.topic('data'), payload(n))) acknowledged += 1;
  });
  const done = Promise.all(all);
  let over = false;
  void done.then(() => (over = true));
  while (!over) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    await bed.clock.advance(10);
  }
  return { gateway, acknowledged };
}

export const FLOOD_FAULTS: Fault[] = [
  {
    name: 'QoS 2 without PUBREL × 65,535',
    async observe(bed) {
      const { wire, topic } = await bed.gateway();
      const counts = await bed.counted(async () => {
        for (let messageId = 1; messageId <= 65_535 && !wire.isClosed(); messageId++) {
          wire.send({
            cmd: 'publish',
            topic: topic('data'),
            payload: '{}',
            qos: 2,
            messageId,
            dup: false,
            retain: false,
          });
          if (messageId % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        await wire.closed;
      });
      return `${await fate({ wire })}, ${countsIn(counts, 'accepted')}`;
    },
    expected: 'cut, 0 accepted',
  },
  {
    name: 'a subscriber that never reads',
    async observe(bed) {
      const { wire } = await bed.gateway();
      wire.socket.pause();
      // Each is answered with what is retained there.
      const subscriptions = [{ topic: `${ROOT}/host/${HOST}`, qos: 1 }] as const;
      const asking = generate({ cmd: 'subscribe', messageId: 1, subscriptions: [...subscriptions] });
      const many = Buffer.concat(Array.from({ length: 2_000 }, () => asking));
      while (!wire.isClosed()) {
        await Promise.race([new Promise((resolve) => wire.socket.write(many, resolve)), wire.closed]);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return fate({ wire });
    },
    expected: 'cut',
  },
  {
    name: '1,000 offline sessions of one device',
    async observe(bed) {
      const { id, site } = await bed.newGateway();
      const filter = `${ROOT}/${site}/cmd/${id}/#`;
      for (let n = 0; n < 1_000; n++) {
        const wire = bed.signIn(id, { clientId: `session-${n}`, clean: false });
        await wire.subscribe(filter);
        wire.cut();
        await wire.closed;
      }
      const last = bed.signIn(id, { clientId: 'yet another', clean: false });
      await last.connack;
      const ts = bed.clock.now();
      await last.say(`${ROOT}/${site}/state/${id}`, JSON.stringify({ online: true, ts, bd: 1 }));
      await last.say(`${ROOT}/${site}/birth/${id}/inv1`, JSON.stringify({ ts, type: 'pv-inverter' }));
      void bed.telemetry.command({ site, device: 'inv1' }, { WMaxLimPct: 50 });
      const arrived = () => last.heard.filter(({ payload }) => payload.includes('WMaxLimPct')).length;
      for (let tries = 0; tries < 500 && arrived() === 0; tries++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      // Long enough for a second one.
      await new Promise((resolve) => setTimeout(resolve, 200));
      return `a command arrives ${arrived()} time`;
    },
    expected: 'a command arrives 1 time',
  },
  {
    name: '10,000 filters on one connection',
    async observe(bed) {
      const gateway = await bed.gateway();
      const { wire, site, id } = gateway;
      let granted = 0;
      const asked = Array.from({ length: 10_000 }, async (_, n) => {
        if ((await wire.subscribe(`${ROOT}/${site}/cmd/${id}/d${n}`)) === 1) granted += 1;
      });
      await Promise.all(asked);
      return `${granted} granted, ${await goesOn(gateway, bed)}`;
    },
    expected: '600 granted, goes on',
  },
  {
    name: 'two clients with one id',
    async observe(bed) {
      const older = await bed.gateway({ clientId: 'same' });
      const newer = { ...older, wire: bed.signIn(older.id, { clientId: 'same' }) };
      await newer.wire.connack;
      const ends = `the older is ${await fate(older)}, the newer ${await goesOn(newer, bed)}`;
      return `${ends}, ${bed.telemetry.isOnline({ site: older.site, node: older.id }) ? 'online' : 'offline'}`;
    },
    expected: 'the older is cut, the newer goes on, online',
  },
  {
    name: 'two clients with one id that throw each other out 100 times',
    async observe(bed) {
      const gateway = await bed.gateway({ clientId: 'same' });
      for (let n = 0; n < 100; n++) {
        gateway.wire = bed.signIn(gateway.id, { clientId: 'same' });
        await gateway.wire.connack;
      }
      return `the last ${await goesOn(gateway, bed)}`;
    },
    expected: 'the last goes on',
  },
  {
    name: 'the same client id by another device',
    async observe(bed) {
      const [one, other] = [await bed.gateway({ clientId: 'same' }), await bed.gateway({ clientId: 'same' })];
      return `the one ${await goesOn(one, bed)}, the other ${await goesOn(other, bed)}`;
    },
    expected: 'the one goes on, the other goes on',
  },
  {
    name: '100 connections of one device',
    async observe(bed) {
      const gateway = await bed.gateway({ clientId: 'first' });
      const before = bed.telemetry.connectionCount();
      for (let n = 0; n < 100; n++) {
        gateway.wire = bed.signIn(gateway.id, { clientId: `c${n}` });
        await gateway.wire.connack;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      const open = bed.telemetry.connectionCount() - before + 1;
      return `${open} stay, the last ${await goesOn(gateway, bed)}`;
    },
    expected: '4 stay, the last goes on',
  },
  {
    name: 'the secret of another, an unknown id, __proto__, a charger',
    async observe(bed) {
      const users = ['nobody', '__proto__', 'IT-PGR*1', '', 'charger'];
      const another = bed.signIn('meter', { password: secretOf('gw') });
      return (
        await Promise.all([another, ...users.map((user) => bed.signIn(user))].map(({ connack }) => connack))
      ).join();
    },
    expected: '4,4,4,4,4,5',
  },
  {
    name: 'a wrong secret 300 times, then the right one',
    async observe(bed) {
      const { id } = await bed.newGateway();
      const codes = new Set<number | null>();
      for (let n = 0; n < 300; n++) codes.add(await bed.signIn(id, { password: 'wrong' }).connack);
      return `CONNACK ${[...codes].join(' or ')}, then ${await bed.signIn(id).connack}`;
    },
    expected: 'CONNACK 4 or 3, then 0',
  },
  {
    name: 'a sensor at 1 kHz',
    async observe(bed) {
      const gateway = await bed.gateway();
      const from = bed.clock.now();
      const served = await servedAmid(bed, async () => {
        const startedAt = performance.now();
        const said: Promise<boolean>[] = [];
        while (said.length < 2_000) {
          const due = Math.min(2_000, performance.now() - startedAt);
          while (said.length < due)
            said.push(gateway.wire.say(gateway.topic('data'), data(from + said.length, said.length)));
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
        await Promise.all(said);
      });
      return `${(await gateway.stored()).length} of 2000 stored, ${neighbour(served)}`;
    },
    expected: '2000 of 2000 stored, the neighbour is served meanwhile',
  },
  {
    name: '12,000 messages at once from one device',
    async observe(bed) {
      const from = bed.clock.now();
      let acknowledged = 0;
      let stored = 0;
      const served = await servedAmid(bed, async () => {
        const flooded = await flood(bed, 12_000, (n) => data(from + n, n));
        acknowledged = flooded.acknowledged;
        stored = (await flooded.gateway.stored()).length;
      });
      return `${acknowledged} acknowledged in ${bed.clock.now() - from > SECOND ? 'its pace' : 'no time'}, ${stored} stored, ${neighbour(served)}`;
    },
    expected: '12000 acknowledged in its pace, 12000 stored, the neighbour is served meanwhile',
  },
  {
    name: '10,000 messages that are no JSON',
    async observe(bed) {
      let acknowledged = 0;
      const served = await servedAmid(bed, async () => {
        ({ acknowledged } = await flood(bed, 10_000, () => '{'));
      });
      return `${acknowledged} acknowledged, ${bed.telemetry.deadLetters().length} remembered, ${neighbour(served)}`;
    },
    expected: '10000 acknowledged, 200 remembered, the neighbour is served meanwhile',
  },
  {
    name: '250,000 names of metrics that nobody knows',
    async observe(bed) {
      let acknowledged = 0;
      const served = await servedAmid(bed, async () => {
        const strange = (n: number) => Object.fromEntries(Array.from({ length: 250 }, (_, m) => [`x${n}_${m}`, 1]));
        ({ acknowledged } = await flood(bed, 1_000, (n) => JSON.stringify({ ts: bed.clock.now(), v: strange(n) })));
      });
      return `${acknowledged} acknowledged, ${bed.telemetry.quarantine().length} in quarantine, ${neighbour(served)}`;
    },
    expected: '1000 acknowledged, 2000 in quarantine, the neighbour is served meanwhile',
  },
  {
    name: 'births of 1,000 devices behind one gateway',
    async observe(bed) {
      const { wire, topic, site } = await bed.gateway();
      const birth = JSON.stringify({ ts: bed.clock.now(), type: 'indoor-air' });
      await Promise.all(
        Array.from({ length: 1_000 }, (_, n) => wire.say(topic('birth', `d${n}`), birth, { retain: true })),
      );
      return `${(await bed.telemetry.devices({ site })).length} taken`;
    },
    expected: '500 taken',
  },
];
