import { startPostgres } from '../../servers/postgres.ts';
import type { Outcome } from '../bench.ts';
import type { MixName } from '../load/mix.ts';
import { cpuMsDuring, untilQuiet } from '../machine.ts';
import { median, occupy, perSecond, round, stand, type Row, type Size, type Stand } from '../row.ts';
import { startBare, startPolisgrid, type Subject } from '../subjects.ts';

const WARM_UP_MS = 2_000;

export const saturation16: Row = {
  name: 'saturation-1.6',
  about: 'as many as it takes, durable: 50 % MeterValues, 30 % StatusNotification, 20 % Heartbeat',
  aim: '≥ 0.45 × bare',
  run: (size) => saturate(size, { mix: 'ocpp1.6', least: 0.45, start: () => startPolisgrid(size) }),
};

export const saturation201: Row = {
  name: 'saturation-2.0.1',
  about: 'as many as it takes, durable: TransactionEvent Started, 8 × Updated, Ended, with meter values',
  aim: '≥ 0.30 × bare',
  run: (size) => saturate(size, { mix: 'ocpp2.0.1', least: 0.3, start: () => startPolisgrid(size) }),
};

export const saturationPostgres: Row = {
  name: 'saturation-postgres',
  about: 'the 1.6 mix, with the records in PostgreSQL',
  aim: '≥ 0.20 × bare',
  async run(size) {
    await using postgres = await startPostgres();
    const start = () => startPolisgrid({ ...size, records: postgres.url });
    return await saturate(size, { mix: 'ocpp1.6', least: 0.2, start });
  },
};

interface Trial {
  mix: MixName;
  /** The least share of the bare server's throughput. */
  least: number;
  start: () => Promise<Subject>;
}

async function saturate({ chargers, rounds, forMs }: Size, { mix, least, start }: Trial): Promise<Outcome> {
  await using own = await stand(start(), chargers);
  await using bare = await stand(startBare(), chargers);
  for (const one of [bare, own]) {
    await occupy(one, mix);
    if (mix === 'ocpp1.6') await one.crowd.begin();
    await untilQuiet(one.subject.pid);
  }
  const turns: { bare: Throughput; own: Throughput }[] = [];
  for (let turn = 0; turn < rounds; turn++) {
    turns.push({ bare: await measure(bare, forMs), own: await measure(own, forMs) });
  }
  const [bareRate, ownRate] = [median(turns.map((turn) => turn.bare.rate)), median(turns.map((turn) => turn.own.rate))];
  const failures = turns.flatMap((turn) => turn.own.failures);
  const ratio = ownRate / bareRate;
  return {
    kept: ratio >= least && failures.length === 0,
    measured: perSecond(ownRate),
    reference: perSecond(bareRate),
    ratio: `${ratio.toFixed(2)} ×`,
    figures: { ownRate: round(ownRate, 0), bareRate: round(bareRate, 0), ratio: round(ratio, 3), turns },
  };
}

interface Throughput {
  /** Results a second. */
  rate: number;
  /** Share of one core that the server used: below 1, something else was the limit. */
  cpu: number;
  /** Results for each second of processor time: what a busy machine disturbs least. */
  perCoreSecond: number;
  /** What the server still had to do for itself afterwards, s. */
  afterwardsS: number;
  failures: string[];
}

async function measure({ subject, crowd }: Stand, forMs: number): Promise<Throughput> {
  const window = { warmUpMs: WARM_UP_MS, forMs };
  const [{ answered, failures }, used] = await Promise.all([crowd.saturate(window), cpuMsDuring(subject.pid, window)]);
  return {
    rate: round((answered * 1_000) / forMs, 0),
    cpu: round(used / forMs),
    perCoreSecond: round((answered * 1_000) / used, 0),
    afterwardsS: round((await untilQuiet(subject.pid)) / 1_000, 1),
    failures,
  };
}
