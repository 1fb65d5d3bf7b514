import { countsIn, goesOn, INVERTER, type Bed, type Fault, type Gateway } from './bed.ts';

/** JSON nested as deep as a message holds, or just deep enough to be copied nowhere. */
const DEPTHS = [5_000, 100_000];

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

/** Something said of a device that is nested deep in one place. */
function deep(name: string, kind: 'event' | 'birth', payload: (deep: string, ts: number) => string): Fault {
  return {
    name,
    async observe(bed) {
      const gateway = await bed.gateway();
      const counts = await bed.counted(async () => {
        for (const depth of DEPTHS)
          await gateway.wire.say(gateway.topic(kind), payload(nested(depth), bed.clock.now()));
      });
      return `${countsIn(counts, 'accepted', 'malformed', 'events')}; ${await goesOn(gateway, bed)}`;
    },
    expected: '0 accepted, 2 malformed, 0 events; goes on',
  };
}

/** A command to the inverter that waits for its answer: its id, and what becomes of it. */
async function command(bed: Bed, { site, wire, topic }: Gateway) {
  await wire.subscribe(topic('cmd'));
  const set = { WMaxLimPct: 70 };
  const given = bed.telemetry.orders.give({ site, device: INVERTER, set, by: 'ada' });
  while (wire.heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const { id } = JSON.parse(wire.heard.pop()?.payload ?? '{}') as { id: string };
  return { id, given };
}

export const NESTED_FAULTS: Fault[] = [
  deep(
    'nested deep inside the text of an event',
    'event',
    (json, ts) => `{"id":"e","ts":${ts},"code":"x","text":${json}}`,
  ),
  deep(
    'nested deep inside the severity of an event',
    'event',
    (json, ts) => `{"id":"e","ts":${ts},"code":"x","sev":${json}}`,
  ),
  deep(
    'nested deep inside the metrics of a birth',
    'birth',
    (json, ts) => `{"ts":${ts},"type":"meter","metrics":{"W":${json}}}`,
  ),
  deep(
    'nested deep inside a unit of a birth',
    'birth',
    (json, ts) => `{"ts":${ts},"type":"meter","metrics":{"W":{"unit":${json}}}}`,
  ),
  {
    name: 'nested deep inside what nobody reads of an event and a birth',
    async observe(bed) {
      const gateway = await bed.gateway();
      const { wire, topic } = gateway;
      const ts = bed.clock.now();
      const counts = await bed.counted(async () => {
        for (const depth of DEPTHS) {
          await wire.say(topic('birth'), `{"ts":${ts},"type":"pv-inverter","more":${nested(depth)}}`);
          await wire.say(topic('event'), `{"id":"e","ts":${ts},"code":"x","more":${nested(depth)}}`);
        }
      });
      return `${countsIn(counts, 'accepted', 'events')}; ${await goesOn(gateway, bed)}`;
    },
    expected: '4 accepted, 1 events; goes on',
  },
  {
    name: 'nested deep inside the answer to a command',
    async observe(bed) {
      const gateway = await bed.gateway();
      await goesOn(gateway, bed);
      const outcomes: unknown[] = [];
      const counts = await bed.counted(async () => {
        for (const depth of DEPTHS) {
          const { id, given } = await command(bed, gateway);
          await gateway.wire.say(gateway.topic('ack'), `{"id":"${id}","st":"done","v":${nested(depth)}}`);
          outcomes.push((await given).outcome);
        }
      });
      return `${outcomes.join(', ')}; ${countsIn(counts, 'malformed')}; ${await goesOn(gateway, bed)}`;
    },
    expected: 'accepted, accepted; 2 malformed; goes on',
  },
];
