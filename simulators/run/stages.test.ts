import { describe, expect, it } from 'vitest';
import type { Stage } from '../scenario/scenario.ts';
import { EVERYONE } from '../scenario/selection.ts';
import { runStages } from './stages.ts';

const fault = (name: string, afterMs: number, forMs: number) => {
  return { fault: name, parameters: {}, on: EVERYONE, afterMs, forMs };
};
const stage = (name: string, forMs: number, some: Partial<Stage> = {}): Stage => {
  return { name, forMs, faults: [], orders: [], expect: [], ...some };
};

/** What happens, and when; the run ends early at an instant. */
async function happens(stages: Stage[], endsAt = Infinity): Promise<string[]> {
  let now = 100;
  const seen: string[] = [];
  const see = (text: string) => void seen.push(`${now} ${text}`);
  await runStages(
    { stages },
    {
      now: () => now,
      until(at) {
        now = Math.min(Math.max(now, at), endsAt);
        return Promise.resolve(now < endsAt);
      },
      began: ({ name }) => see(name),
      fault(given) {
        see(`${given.fault} begins`);
        return () => see(`${given.fault} ends`);
      },
      order: ({ command }) => see(`order ${String(command['command'])}`),
    },
  );
  return [...seen, `${now} over`];
}

describe('Stages', () => {
  it('come one after the other, with their faults and orders at their time', async () => {
    const orders = [{ command: { command: 'reset' }, on: { kind: 'all' } as const, afterMs: 20 }];
    const stages = [
      stage('one', 50, { faults: [fault('cut', 10, 20), fault('late', 5, 50)], orders }),
      stage('two', 30),
    ];
    expect(await happens(stages)).toEqual([
      '100 one',
      '105 late begins',
      '110 cut begins',
      '120 order reset',
      '130 cut ends',
      '150 late ends',
      '150 two',
      '180 over',
    ]);
  });

  it('end early where the run does, with every fault that stands, and begin nothing more', async () => {
    const stages = [stage('one', 50, { faults: [fault('down', 10, 40), fault('cut', 30, 10)] }), stage('two', 30)];
    expect(await happens(stages, 120)).toEqual(['100 one', '110 down begins', '120 down ends', '120 over']);
  });
});
