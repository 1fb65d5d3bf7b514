import { z } from 'zod';
import { durationText, formatDuration } from '../scenario/duration.ts';
import type { Fault } from './fault.ts';

const parameters = z.object({
  backWithin: durationText
    .prefault('5s')
    .describe('Once it is over, each comes back after a delay between none and this.'),
});

export const cut: Fault<typeof parameters> = {
  name: 'cut',
  about: 'Chargers and gateways lose the connection without a word, and come back one by one.',
  kind: 'charger',
  befalls: ['charger', 'gateway'],
  severs: true,
  parameters,
  describe: ({ backWithin }) => `cut, back within ${formatDuration(backWithin)}`,
  begin({ chargers, gateways, random }, { backWithin }) {
    const all = [...chargers, ...gateways].map((peer) => ({ peer, backMs: random(peer.id).next() * backWithin }));
    for (const { peer } of all) peer.cut(Infinity);
    return () => {
      for (const { peer, backMs } of all) peer.cut(backMs);
    };
  },
};
