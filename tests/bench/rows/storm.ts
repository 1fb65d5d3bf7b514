import { untilQuiet } from '../machine.ts';
import { median, round, seconds, stand, type Row, type Stand } from '../row.ts';
import { startBare, startPolisgrid } from '../subjects.ts';

const MOST_OF_BARE = 2;
const MOST_OF_OWN = 1.5;
const COMMIT_DELAY_MS = 5;

export const storm: Row = {
  name: 'storm',
  about: 'all chargers at once: TCP, WebSocket, Basic, Boot, Status, durable',
  aim: `≤ ${MOST_OF_BARE.toFixed(1)} × bare, 0 failures`,
  async run({ chargers, rounds }) {
    await using bare = await stand(startBare(), chargers);
    await using own = await stand(startPolisgrid({ chargers }), chargers);
    const measured = await inTurn([bare, own], rounds);
    return outcomeOf(measured, MOST_OF_BARE, 'bare');
  },
};

export const stormWithSlowCommits: Row = {
  name: 'storm-slow-commits',
  about: `the storm, with ${COMMIT_DELAY_MS} ms more for each commit`,
  aim: `≤ ${MOST_OF_OWN.toFixed(1)} × our own without, 0 failures`,
  async run({ chargers, rounds }) {
    await using fast = await stand(startPolisgrid({ chargers }), chargers);
    await using slow = await stand(startPolisgrid({ chargers, commitDelayMs: COMMIT_DELAY_MS }), chargers);
    const measured = await inTurn([fast, slow], rounds);
    return outcomeOf(measured, MOST_OF_OWN, 'without');
  },
};

interface Storms {
  ms: number[];
  failures: string[];
}

/** Storms on each server in turn; the first, in which the code is still cold, counts for none. */
async function inTurn(stands: [Stand, Stand], rounds: number): Promise<[Storms, Storms]> {
  const storms: [Storms, Storms] = [
    { ms: [], failures: [] },
    { ms: [], failures: [] },
  ];
  for (let turn = 0; turn <= rounds; turn++) {
    for (const [index, { subject, crowd }] of stands.entries()) {
      const { ms, failures } = await crowd.storm({ port: subject.port, mix: 'ocpp1.6' });
      storms[index]?.ms.push(ms);
      storms[index]?.failures.push(...failures);
      await crowd.leave();
      await untilQuiet(subject.pid);
    }
  }
  return storms;
}

function outcomeOf([base, own]: [Storms, Storms], most: number, against: string) {
  const [baseMs, ownMs] = [median(base.ms.slice(1)), median(own.ms.slice(1))];
  const ratio = ownMs / baseMs;
  return {
    kept: ratio <= most && own.failures.length === 0,
    measured: `${seconds(ownMs)}, ${own.failures.length} failures`,
    reference: against === 'bare' ? seconds(baseMs) : `${seconds(baseMs)} ${against}`,
    ratio: `${ratio.toFixed(2)} ×`,
    figures: {
      ownMs: own.ms.map((ms) => round(ms, 0)),
      [`${against}Ms`]: base.ms.map((ms) => round(ms, 0)),
      ratio: round(ratio),
      failures: own.failures.slice(0, 5),
    },
  };
}
