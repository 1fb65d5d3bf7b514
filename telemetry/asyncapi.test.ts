import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { asyncApi } from './asyncapi.ts';
import { DEVICE_TYPES } from './devices/list.ts';
import { createEstateV1 } from './dialects/estate-v1/index.ts';

/** The parts that matter of AsyncAPI 3.0.0. */
const reference = z.strictObject({ $ref: z.string().startsWith('#/') });
const name = /^[A-Za-z0-9._-]+$/;
const named = <Schema extends z.ZodType>(schema: Schema) => z.record(z.string().regex(name), schema);
const message = z.strictObject({
  name: z.string(),
  title: z.string(),
  contentType: z.literal('application/json'),
  payload: z.looseObject({ type: z.literal('object'), properties: z.record(z.string(), z.unknown()) }),
});
const document = z.strictObject({
  asyncapi: z.literal('3.0.0'),
  info: z.strictObject({ title: z.string(), version: z.string(), description: z.string() }),
  defaultContentType: z.literal('application/json'),
  servers: named(
    z.strictObject({
      host: z.string().regex(/^[^/]+$/),
      protocol: z.enum(['mqtt', 'mqtts']),
      protocolVersion: z.string(),
      security: z.array(reference).min(1),
    }),
  ),
  channels: named(
    z.strictObject({
      address: z.string(),
      description: z.string().min(10),
      parameters: z.record(z.string(), z.strictObject({ description: z.string() })),
      messages: named(reference),
    }),
  ),
  operations: named(
    z.strictObject({
      action: z.enum(['send', 'receive']),
      channel: reference,
      summary: z.string(),
      messages: z.array(reference).min(1),
      bindings: z.strictObject({
        mqtt: z.strictObject({ qos: z.int(), retain: z.boolean(), bindingVersion: z.literal('0.2.0') }),
      }),
    }),
  ),
  components: z.strictObject({
    securitySchemes: named(z.strictObject({ type: z.literal('userPassword'), description: z.string() })),
    messages: named(message),
  }),
});

const about = { version: '1.2.3', url: 'mqtt://polis.example:1883' };
const described = document.parse(asyncApi([createEstateV1({ root: 'estate/v1', hostId: 'main' })], about));
const fieldTypes = DEVICE_TYPES.filter(({ from }) => from !== 'platform');
const payloadOf = (id: string) => described.components.messages[id]?.payload;

describe('the AsyncAPI document', () => {
  it('says where to connect, and how to sign in', () => {
    expect(described.info.version).toBe('1.2.3');
    expect(described.servers['broker']).toMatchObject({ host: 'polis.example:1883', protocol: 'mqtt' });
  });

  it('has every topic of the dialect, with who says it', () => {
    const topics = Object.values(described.operations).map(({ action, channel }) => {
      const id = channel.$ref.replace('#/channels/', '');
      return `${action} ${described.channels[id]?.address}`;
    });
    expect(topics.toSorted()).toEqual([
      'receive estate/v1/{site}/ack/{node}/{device}',
      'receive estate/v1/{site}/birth/{node}/{device}',
      'receive estate/v1/{site}/data/{node}',
      'receive estate/v1/{site}/data/{node}/{device}',
      'receive estate/v1/{site}/event/{node}/{device}',
      'receive estate/v1/{site}/hist/{node}/{device}',
      'receive estate/v1/{site}/state/{node}',
      'send estate/v1/host/{host}',
      'send estate/v1/{site}/cmd/{node}/{device}',
    ]);
  });

  it('names a parameter for each variable of a topic', () => {
    for (const { address, parameters } of Object.values(described.channels)) {
      expect(Object.keys(parameters)).toEqual([...address.matchAll(/\{(\w+)\}/g)].map(([, variable]) => variable));
    }
  });

  it('has references that lead somewhere', () => {
    const references = [...JSON.stringify(described).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? '');
    const isThere = (path: string) =>
      path
        .split('/')
        .reduce<unknown>((at, key) => Object.entries(at ?? {}).find(([one]) => one === key)?.[1], described);
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((path) => isThere(path) === undefined)).toEqual([]);
  });

  it.each(fieldTypes.map((type) => [type.type, type] as const))('describes what a %s measures', (id, type) => {
    const { v } = z
      .object({ v: z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() }) })
      .parse(payloadOf(`estate-v1.data.${id}`)?.properties);
    expect(Object.keys(v.properties ?? {})).toEqual(Object.keys(type.metrics));
  });

  it('has no data of chargers: they speak OCPP', () => {
    expect(payloadOf('estate-v1.data.charging-station')).toBeUndefined();
  });

  it('gives the set points of what can be told', () => {
    const settable = fieldTypes.filter(({ metrics }) => Object.values(metrics).some(({ rw }) => rw));
    const told = Object.keys(described.components.messages).filter((id) => id.startsWith('estate-v1.cmd.'));
    expect(told.toSorted()).toEqual(
      ['estate-v1.cmd.rebirth', ...settable.map(({ type }) => `estate-v1.cmd.${type}`)].toSorted(),
    );
    expect(payloadOf('estate-v1.cmd.pv-inverter')?.properties['set']).toMatchObject({
      properties: {
        WMaxLimPct: { type: 'number', minimum: 0, maximum: 100, 'x-unit': '%', 'x-sunspec': '704.WMaxLimPct' },
        WMaxLimPctEna: { enum: [0, 1] },
      },
    });
  });
});
