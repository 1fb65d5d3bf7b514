import { z } from 'zod';
import type { Channel, Dialect } from './dialects/dialect.ts';

export interface ContractOptions {
  version: string;
  /** Where devices connect. */
  url: string;
}

const PARAMETERS: Record<string, { description: string }> = {
  site: { description: 'Id of the site, 1 to 64 characters of A-Z a-z 0-9 _ -' },
  node: { description: 'Id of what connects: a gateway, or a device that is its own node; the MQTT user name' },
  device: { description: 'Id of the device behind the node, or of the node itself' },
  host: { description: 'Id of this installation' },
};

/** The published contract of all dialects: AsyncAPI 3.0, made of the schemas that messages are read with. */
export function asyncApi(dialects: readonly Dialect[], { version, url }: ContractOptions): object {
  const channels = dialects.flatMap((dialect) =>
    dialect.channels().map((channel) => ({ ...channel, id: `${dialect.name}.${channel.name}` })),
  );
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'polisgrid: what devices say and hear',
      version,
      description:
        'MQTT 3.1.1. A node signs in with its id and secret, publishes beneath its own topics only, and hears its own commands. QoS 1 is acknowledged once the message is on disk. Powers are W, energies Wh, times ms since 1970.',
    },
    defaultContentType: 'application/json',
    servers: { broker: serverOf(url) },
    channels: Object.fromEntries(channels.map((channel) => [channel.id, channelOf(channel)])),
    operations: Object.fromEntries(
      channels.map((channel) => [`${channel.id}.${wayOf(channel)}`, operationOf(channel)]),
    ),
    components: {
      securitySchemes: {
        secret: { type: 'userPassword', description: 'User: the id of the device. Password: its secret.' },
      },
      messages: Object.fromEntries(channels.flatMap(messagesOf)),
    },
  };
}

function serverOf(url: string) {
  const { host, protocol } = URL.canParse(url) ? new URL(url) : { host: url, protocol: 'mqtt:' };
  return {
    host,
    protocol: protocol.replace(':', ''),
    protocolVersion: '3.1.1',
    security: [{ $ref: '#/components/securitySchemes/secret' }],
  };
}

type Named = Channel & { id: string };

/** What we do there: receive what nodes say, send what they hear. */
function wayOf({ way }: Channel): 'receive' | 'send' {
  return way === 'up' ? 'receive' : 'send';
}

function channelOf({ id, address, description, messages }: Named) {
  const names = [...address.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
  return {
    address,
    description,
    parameters: Object.fromEntries(names.map((name) => [name, PARAMETERS[name] ?? { description: name }])),
    messages: Object.fromEntries(messages.map(({ name }) => [name, { $ref: `#/components/messages/${id}.${name}` }])),
  };
}

function operationOf(channel: Named) {
  const { id, description, qos, retained, messages } = channel;
  return {
    action: wayOf(channel),
    channel: { $ref: `#/channels/${id}` },
    summary: description,
    messages: messages.map(({ name }) => ({ $ref: `#/channels/${id}/messages/${name}` })),
    bindings: { mqtt: { qos: Math.max(...qos), retain: retained, bindingVersion: '0.2.0' } },
  };
}

function messagesOf({ id, messages }: Named): [string, object][] {
  return messages.map(({ name, title, payload }) => [
    `${id}.${name}`,
    { name, title, contentType: 'application/json', payload: schemaOf(payload) },
  ]);
}

/** As JSON Schema draft 7, on which the AsyncAPI schema object stands. */
function schemaOf(payload: z.ZodType) {
  const { $schema: _, ...schema } = z.toJSONSchema(payload, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  return schema;
}
