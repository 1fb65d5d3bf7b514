import { describe, expect, it } from 'vitest';
import { parseTopic, topicText } from './topics.ts';

const root = 'estate/v1';

describe('topics', () => {
  it.each([
    ['estate/v1/barolo/state/gw', { kind: 'state', site: 'barolo', node: 'gw' }],
    ['estate/v1/barolo/birth/gw/inv1', { kind: 'birth', site: 'barolo', node: 'gw', device: 'inv1' }],
    ['estate/v1/barolo/data/gw/inv1', { kind: 'data', site: 'barolo', node: 'gw', device: 'inv1' }],
    ['estate/v1/barolo/data/gw', { kind: 'data', site: 'barolo', node: 'gw', device: null }],
    ['estate/v1/barolo/cmd/gw/inv1', { kind: 'cmd', site: 'barolo', node: 'gw', device: 'inv1' }],
    ['estate/v1/host/main', { kind: 'host', host: 'main' }],
  ] as const)('%s is read and written', (text, topic) => {
    expect(parseTopic(root, text)).toEqual(topic);
    expect(topicText(root, topic)).toBe(text);
  });

  it.each([
    '',
    'estate/v1',
    'estate/v10/barolo/state/gw',
    'estate/v1/barolo',
    'estate/v1/barolo/state',
    'estate/v1/barolo/state/gw/inv1',
    'estate/v1/barolo/birth/gw',
    'estate/v1/barolo/data/gw/inv1/more',
    'estate/v1/barolo/data/gw/',
    'estate/v1//data/gw/inv1',
    'estate/v1/barolo/gossip/gw/inv1',
    'estate/v1/barolo/constructor/gw/inv1',
    'estate/v1/../data/gw/inv1',
    'estate/v1/barolo/data/+/inv1',
    'estate/v1/barolo/data/gw/#',
    '$SYS/broker',
    '/estate/v1/barolo/state/gw',
    `estate/v1/${'a'.repeat(65)}/state/gw`,
    `estate/v1${'/a'.repeat(101)}`,
    'estate/v1/barolo/state/gw\u0000',
    'estate/v1/barolo/state/gẃ',
  ])('%j is none of ours', (text) => {
    expect(parseTopic(root, text)).toBeNull();
  });
});
