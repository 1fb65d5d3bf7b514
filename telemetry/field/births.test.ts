import type { MqttClient } from 'mqtt';
import { generate } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Records } from '#storage/records.ts';
import { openStores, openTestBed, say, sayRetained, type TestBed } from '../specimens/test-bed.ts';
import { noteBirth } from './tables.ts';

const at = Date.now();
const inverter = { ts: at, type: 'pv-inverter', metrics: {} };
const data = { ts: at, v: { W: 1 } };

let stores: Awaited<ReturnType<typeof openStores>>;
let bed: TestBed;
let gateway: MqttClient;
let release: () => void;

/** Records in which births are kept no sooner than they are let. */
function withSlowBirths(records: Records): Records {
  const { promise: released, resolve } = Promise.withResolvers<void>();
  release = resolve;
  return {
    ...records,
    async run(work, input) {
      if (work.name === noteBirth.name) await released;
      return records.run(work, input);
    },
  };
}

const open = async (records: Records) => {
  bed = await openTestBed({ ...stores, records });
  gateway = await bed.connect('gw');
};
beforeEach(async () => {
  stores = await openStores();
});
afterEach(async () => {
  await bed.close();
  await stores.close();
});

/** Several messages about a device in one piece, as a gateway sends them that has much to say at once. */
const sayAtOnce = (messages: readonly (readonly [kind: string, payload: object | ''])[]) => {
  const packets = messages.map(([kind, payload], index) =>
    generate({
      cmd: 'publish',
      topic: `estate/v1/barolo/${kind}/gw/inv1`,
      payload: payload === '' ? '' : JSON.stringify(payload),
      qos: 1,
      dup: false,
      retain: false,
      // Of none that the client itself uses.
      messageId: 60_000 + index,
    }),
  );
  gateway.stream.write(Buffer.concat(packets));
};
const counted = async (counts: object) => {
  await expect.poll(() => bed.telemetry.counters()).toMatchObject(counts);
};

describe('what follows a birth in one piece', () => {
  it('is of the device that was born', async () => {
    await open(withSlowBirths(stores.records));
    sayAtOnce([
      ['birth', inverter],
      ['data', data],
    ]);
    await counted({ received: 2 });
    release();
    await counted({ accepted: 2 });
    expect(bed.telemetry.counters()).toMatchObject({ journalled: 1, dead: 0 });
  });

  it('is of the device that was born, also where data came before the birth', async () => {
    await open(stores.records);
    await say(gateway, 'barolo/data/gw/inv1', data);
    sayAtOnce([
      ['birth', inverter],
      ['data', data],
    ]);
    await counted({ accepted: 3 });
    expect(bed.telemetry.counters()).toMatchObject({ journalled: 1, dead: 1 });
  });

  it('is a dead letter where the birth was refused', async () => {
    await open(stores.records);
    sayAtOnce([
      ['birth', { ...inverter, metrics: { W: { unit: 'kW' } } }],
      ['data', data],
    ]);
    await counted({ accepted: 1 });
    expect(bed.telemetry.counters()).toMatchObject({ malformed: 1, journalled: 0, dead: 2 });
  });

  it('as its removal leaves no device', async () => {
    await open(withSlowBirths(stores.records));
    sayAtOnce([
      ['birth', inverter],
      ['birth', ''],
    ]);
    await counted({ received: 2 });
    release();
    await counted({ accepted: 2 });
    expect(await bed.telemetry.devices({})).toEqual([]);
  });

  it('holds up no other node', async () => {
    await open(withSlowBirths(stores.records));
    sayAtOnce([['birth', inverter]]);
    await say(await bed.connect('meter'), 'barolo/data/meter/meter', data);
    expect(bed.telemetry.counters()).toMatchObject({ received: 2, accepted: 1, journalled: 1 });
    release();
    await counted({ accepted: 2 });
  });
});

describe('a node', () => {
  it('may announce all its devices again, and one more with them', async () => {
    await open(stores.records);
    const announce = (devices: number) =>
      Promise.all(Array.from({ length: devices }, (_, n) => sayRetained(gateway, `barolo/birth/gw/inv${n}`, inverter)));
    await announce(300);
    await announce(301);
    expect(await bed.telemetry.devices({})).toHaveLength(301);
    await announce(501);
    expect(await bed.telemetry.devices({})).toHaveLength(500);
    expect(bed.telemetry.deadLetters()).toMatchObject([{ reason: 'a node may have at most 500 devices' }]);
  });
});
