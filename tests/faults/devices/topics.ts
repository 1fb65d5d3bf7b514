import { countsIn, data, fate, goesOn, HOST, ROOT, type Bed, type Fault, type Gateway } from './bed.ts';

type Topics = (gateway: Gateway, other: Gateway) => string;

/** Something said on a topic that is not its own: the connection ends, and nothing of it is kept. */
function trespassing(name: string, topic: Topics, flags: { retain?: boolean } = {}): Fault {
  return {
    name,
    async observe(bed) {
      const [gateway, other] = [await bed.gateway(), await bed.gateway()];
      const counts = await bed.counted(async () => {
        void gateway.wire.say(topic(gateway, other), data(bed.clock.now(), 666), flags);
        await fate(gateway);
      });
      const kept = counts['accepted'] ?? 0;
      return `${await fate(gateway)}, ${kept} kept, its owner ${await goesOn(other, bed)}`;
    },
    expected: 'cut, 0 kept, its owner goes on',
  };
}

/** A filter that is none of the device's own: it is refused, and the connection goes on. */
function listening(name: string, filter: Topics): Fault {
  return {
    name,
    async observe(bed) {
      const [gateway, other] = [await bed.gateway(), await bed.gateway()];
      const code = await gateway.wire.subscribe(filter(gateway, other));
      return `${code === null ? 'cut' : code === 128 ? 'refused' : 'granted'}, ${await goesOn(gateway, bed)}`;
    },
    expected: 'refused, goes on',
  };
}

/** A filter that is not even one. */
function malformed(name: string, filter: string): Fault {
  return { ...listening(name, () => filter), expected: 'cut, cut' };
}

/** What comes of a sign-in with a last will. */
async function will(bed: Bed, topic: Topics, payload = '{"online":false,"ts":1790000000000,"bd":1}'): Promise<string> {
  const { id, site } = await bed.newGateway();
  const other = await bed.gateway();
  const own = { id, site } as Gateway;
  const wire = bed.signIn(id, {
    will: { topic: topic(own, other), payload: Buffer.from(payload), qos: 1, retain: true },
  });
  return `CONNACK ${await wire.connack}`;
}

const state = ({ site, id }: Gateway) => `${ROOT}/${site}/state/${id}`;
const many = (n: number) => Array.from({ length: n }, () => 'a').join('/');

export const TOPIC_FAULTS: Fault[] = [
  trespassing('the data of another site', (_, { topic }) => topic('data')),
  trespassing('a site whose name begins like its own', ({ site, id }) => `${ROOT}/${site}0/data/${id}/inv1`),
  trespassing(
    'a site that is the beginning of its own',
    ({ site, id }) => `${ROOT}/${site.slice(0, -1)}/data/${id}/inv1`,
  ),
  trespassing('the node of another at its own site', ({ site }, { id }) => `${ROOT}/${site}/data/${id}/inv1`),
  trespassing('../ in a topic', ({ id }, { site }) => `${ROOT}/../${site}/data/${id}/inv1`),
  trespassing('an encoded slash in a topic', ({ site, id }) => `${ROOT}/${site}%2Fdata/${id}/inv1`),
  trespassing('another root', ({ site, id }) => `estate/v2/${site}/data/${id}/inv1`),
  trespassing('an empty topic', () => ''),
  trespassing('a wildcard in a topic', ({ site, id }) => `${ROOT}/${site}/data/${id}/+`),
  trespassing('a topic of 101 levels', () => many(101)),
  trespassing('$SYS', ({ id }) => `$SYS/${id}/new/clients`),
  trespassing('a topic of 65 kB', ({ topic }) => topic('data').padEnd(65_535, 'x')),
  trespassing('the presence of the host', () => `${ROOT}/host/${HOST}`),
  trespassing('a command, retained', ({ topic }) => topic('cmd'), { retain: true }),
  trespassing('a command', ({ topic }) => topic('cmd')),
  trespassing('a command to another', (_, { topic }) => topic('cmd'), { retain: true }),
  trespassing('retained data', ({ topic }) => topic('data'), { retain: true }),
  {
    name: 'a meter as a gateway: the data of its site',
    async observe(bed) {
      const meter = bed.signIn('meter');
      const payload = { ts: bed.clock.now(), d: { 'grid-1': { v: { W: 666 } }, meter: { v: { W: 666 } } } };
      const counts = await bed.counted(async () => {
        void meter.say(`${ROOT}/barolo/data/meter`, JSON.stringify(payload));
        await fate({ wire: meter });
      });
      return `${await fate({ wire: meter })}, ${countsIn(counts, 'accepted', 'dead', 'forbidden')}`;
    },
    expected: 'cut, 0 accepted, 0 dead, 1 forbidden',
  },
  {
    name: 'a retained birth of more than 4 KiB',
    async observe(bed) {
      const { wire, topic } = await bed.gateway();
      const birth = JSON.stringify({ ts: bed.clock.now(), type: 'pv-inverter' }).padEnd(5_000);
      void wire.say(topic('birth'), birth, { retain: true });
      return fate({ wire });
    },
    expected: 'cut',
  },
  {
    name: 'a last will to the topic of another',
    observe: (bed) => will(bed, (_, other) => state(other)),
    expected: 'CONNACK 5',
  },
  {
    name: 'a last will to $SYS, to a wildcard, to the host, and as data',
    async observe(bed) {
      const all: Topics[] = [
        () => '$SYS/broker',
        () => '#',
        () => `${ROOT}/host/${HOST}`,
        ({ site, id }) => `${ROOT}/${site}/data/${id}/${id}`,
      ];
      return (await Promise.all(all.map((topic) => will(bed, topic)))).join(', ');
    },
    expected: 'CONNACK 5, CONNACK 5, CONNACK 5, CONNACK 5',
  },
  {
    name: 'a last will of 5 kB, retained',
    observe: (bed) => will(bed, state, ' '.repeat(5_000)),
    expected: 'CONNACK 5',
  },
  {
    name: 'a last will that is no JSON',
    async observe(bed) {
      const { id, site } = await bed.newGateway();
      const topic = `${ROOT}/${site}/state/${id}`;
      const wire = bed.signIn(id, { will: { topic, payload: Buffer.from('gone'), qos: 1, retain: true } });
      const code = await wire.connack;
      const counts = await bed.counted(async () => {
        wire.cut();
        for (let n = 0; n < 100 && bed.telemetry.deadLetters()[0]?.topic !== topic; n++) {
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      });
      return `CONNACK ${code}, then ${counts['malformed'] ?? 0} malformed`;
    },
    expected: 'CONNACK 0, then 1 malformed',
  },
  listening('# from a device', () => '#'),
  listening('+/+/+/cmd/#', () => '+/+/+/cmd/#'),
  listening('the commands of another', (_, { site, id }) => `${ROOT}/${site}/cmd/${id}/#`),
  listening('all commands of its site', ({ site }) => `${ROOT}/${site}/cmd/#`),
  listening('$SYS/#', () => '$SYS/#'),
  listening('$share/all/#', () => '$share/all/#'),
  listening('its own data', ({ topic }) => topic('data')),
  malformed('a filter of 101 levels', many(101)),
  malformed('an empty filter', ''),
  malformed('# in the middle of a filter', 'estate/#/cmd'),
];
