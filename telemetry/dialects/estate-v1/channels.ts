import { DEVICE_TYPES, setPointsOf, valuesOf } from '../../devices/list.ts';
import type { Channel } from '../dialect.ts';
import {
  ackPayload,
  birthPayload,
  commandPayload,
  dataPayload,
  eventPayload,
  histPayload,
  hostPayload,
  siteDataPayload,
  statePayload,
} from './payloads.ts';

/** The topics of the dialect with the schemas that their messages are read with; those of data, by type of device. */
export function channels(root: string): Channel[] {
  return [...fromNodes, ...toNodes].map((channel) => ({ ...channel, address: `${root}/${channel.address}` }));
}

const told = { way: 'up', qos: [1], retained: false } as const;
const measured = { way: 'up', qos: [0, 1], retained: false } as const;
const announced = { way: 'up', qos: [1], retained: true } as const;

const typesOfField = DEVICE_TYPES.filter(({ from }) => from !== 'platform');

const fromNodes: readonly Channel[] = [
  {
    ...announced,
    name: 'state',
    address: '{site}/state/{node}',
    description: 'A node comes or goes; also its last will. A will with an older `bd` is no news.',
    messages: [{ name: 'state', title: 'Presence of a node', payload: statePayload }],
  },
  {
    ...announced,
    name: 'birth',
    address: '{site}/birth/{node}/{device}',
    description:
      'A device announces its type and metrics; an empty payload takes it back. `deadband`: a change of less is not sent.',
    messages: [{ name: 'birth', title: 'Birth of a device', payload: birthPayload }],
  },
  {
    ...measured,
    name: 'data',
    address: '{site}/data/{node}/{device}',
    description:
      'What a device measured at one time. A gap in `seq` asks for the births again. Stale after twice its period, at least 15 s.',
    messages: typesOfField.map((type) => ({
      name: type.type,
      title: `Measurements: ${type.title}`,
      payload: dataPayload.extend({ v: valuesOf(type) }),
    })),
  },
  {
    ...measured,
    name: 'site-data',
    address: '{site}/data/{node}',
    description: 'What all devices of a node measured at one time.',
    messages: [{ name: 'site-data', title: 'Measurements of a whole site', payload: siteDataPayload }],
  },
  {
    ...told,
    name: 'hist',
    address: '{site}/hist/{node}/{device}',
    description: 'What a node kept while it was offline, oldest first. It raises no alarm.',
    messages: [{ name: 'hist', title: 'Kept measurements', payload: histPayload }],
  },
  {
    ...told,
    name: 'event',
    address: '{site}/event/{node}/{device}',
    description: 'Something at a device began, or has passed (`active` false, with the same id).',
    messages: [{ name: 'event', title: 'Event of a device', payload: eventPayload }],
  },
  {
    ...told,
    name: 'ack',
    address: '{site}/ack/{node}/{device}',
    description: 'The answer to a command, with its id.',
    messages: [{ name: 'ack', title: 'Answer to a command', payload: ackPayload }],
  },
];

const setPoints = typesOfField.flatMap((type) => {
  const set = setPointsOf(type);
  const title = `Set points: ${type.title}`;
  return set ? [{ name: type.type, title, payload: commandPayload.extend({ set }) }] : [];
});

const toNodes: readonly Channel[] = [
  {
    name: 'cmd',
    address: '{site}/cmd/{node}/{device}',
    description:
      'Set points for a device. After `exp` they must not be carried out; after `revert` seconds they lapse.',
    way: 'down',
    qos: [1],
    retained: false,
    messages: [
      { name: 'rebirth', title: 'To a node: announce all devices again', payload: commandPayload },
      ...setPoints,
    ],
  },
  {
    name: 'host',
    address: 'host/{host}',
    description: 'Whether this installation is there. Nodes keep what they measure while it is not.',
    way: 'down',
    qos: [1],
    retained: true,
    messages: [{ name: 'host', title: 'Presence of the host', payload: hostPayload }],
  },
];
