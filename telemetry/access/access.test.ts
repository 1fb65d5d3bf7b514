import { describe, expect, it } from 'vitest';
import { createEstateV1 } from '../dialects/estate-v1/index.ts';
import { mayPublish, maySubscribe, type Speaker, type Utterance } from './access.ts';

const root = 'estate/v1';
const dialects = [createEstateV1({ root, hostId: 'main' })];
const gateway: Speaker = { id: 'gw', site: 'site1', gateway: true };
const meter: Speaker = { id: 'meter', site: 'site1', gateway: false };
const said = (topic: string, more: Partial<Utterance> = {}): Utterance => ({
  topic: `${root}/${topic}`,
  qos: 1,
  retain: false,
  bytes: 100,
  ...more,
});
const isAllowed = (speaker: Speaker, what: Utterance) => 'address' in mayPublish(dialects, speaker, what);

describe('publishing', () => {
  it.each([
    [gateway, said('site1/state/gw', { retain: true })],
    [gateway, said('site1/birth/gw/inv1', { retain: true, bytes: 4096 })],
    [gateway, said('site1/data/gw/inv1', { qos: 0 })],
    [gateway, said('site1/data/gw')],
    [gateway, said('site1/hist/gw/inv1', { bytes: 200_000 })],
    [gateway, said('site1/event/gw/inv1')],
    [gateway, said('site1/ack/gw/inv1')],
    [meter, said('site1/data/meter/meter')],
    [meter, said('site1/state/meter')],
    [meter, said('site1/birth/meter/meter', { retain: true })],
  ])('%o may say %o', (speaker, what) => {
    expect(isAllowed(speaker, what)).toBe(true);
  });

  it.each([
    ['another site of the same prefix', gateway, said('site10/data/gw/inv1')],
    ['a site that is a prefix', { ...gateway, site: 'site10' }, said('site1/data/gw/inv1')],
    ['another node', gateway, said('site1/data/gw2/inv1')],
    ['the level above', gateway, said('../data/gw/inv1')],
    ['a device behind a device', meter, said('site1/data/meter/other')],
    ['the state of another', meter, said('site1/state/other')],
    ['a whole site from a device', meter, said('site1/data/meter')],
    ['a command', gateway, said('site1/cmd/gw/inv1')],
    ['the presence of a host', gateway, said('host/main')],
    ['retained measurements', gateway, said('site1/data/gw/inv1', { retain: true })],
    ['a large retained birth', gateway, said('site1/birth/gw/inv1', { retain: true, bytes: 4097 })],
    ['QoS 2', gateway, said('site1/data/gw/inv1', { qos: 2 })],
    ['another root', gateway, { ...said(''), topic: 'estate/v2/site1/data/gw/inv1' }],
    ['what belongs to the broker', gateway, { ...said(''), topic: '$SYS/x' }],
  ] as const)('%s is refused', (_, speaker, what) => {
    expect(isAllowed(speaker, what)).toBe(false);
  });
});

describe('subscribing', () => {
  it.each([
    ['site1/cmd/gw/#', true],
    ['site1/cmd/gw/+', true],
    ['site1/cmd/gw/inv1', true],
    ['host/main', true],
    ['site1/cmd/gw2/#', false],
    ['site10/cmd/gw/#', false],
    ['site1/cmd/#', false],
    ['site1/cmd/+/#', false],
    ['site1/+/gw/#', false],
    ['host/#', false],
    ['site1/data/gw/inv1', false],
    ['#', false],
    ['+/+/site1/cmd/gw/inv1', false],
  ])('of a gateway to %s: %s', (filter, allowed) => {
    expect(maySubscribe(dialects, gateway, `${root}/${filter}`)).toBe(allowed);
  });

  it('of anyone to everything is refused', () => {
    expect(maySubscribe(dialects, gateway, '#')).toBe(false);
    expect(maySubscribe(dialects, gateway, '$SYS/#')).toBe(false);
  });

  it('of a lone device to the commands of another is refused', () => {
    expect(maySubscribe(dialects, meter, `${root}/site1/cmd/meter/meter`)).toBe(true);
    expect(maySubscribe(dialects, meter, `${root}/site1/cmd/meter/other`)).toBe(false);
  });
});
