import { setTimeout as wait } from 'node:timers/promises';
import { obey, type Handlers } from '../load-processes.ts';
import { arrive, ask, isResult, type LoadCharger } from './charger.ts';
import { HEARTBEAT } from './mix.ts';
import type { Orders, Window } from './orders.ts';

/** A crowd of chargers in a process of its own: takes one order after another and answers each with a report. */

let chargers: LoadCharger[] = [];
const MOST_FAILURES = 5;

const handlers: Handlers<Orders> = {
  async storm(order) {
    const beganAt = now();
    const indices = Array.from({ length: order.count }, (_, offset) => order.first + offset);
    const arrivals = await Promise.allSettled(indices.map((index) => arrive(order, index)));
    const endedAt = now();
    chargers.push(...arrivals.flatMap((arrival) => (arrival.status === 'fulfilled' ? [arrival.value] : [])));
    const failures = arrivals.flatMap((arrival) => (arrival.status === 'rejected' ? [String(arrival.reason)] : []));
    return { beganAt, endedAt, failures };
  },
  async begin() {
    const answers = await Promise.all(chargers.map((charger) => ask(charger, charger.speaker.next())));
    return { failures: answers.filter((answer) => !isResult(answer)).slice(0, MOST_FAILURES) };
  },
  async saturate(window) {
    const tally = createTally(window);
    let stopping = false;
    const go = (charger: LoadCharger) =>
      charger.call(charger.speaker.next(), (answer) => {
        tally.note(answer);
        if (!stopping && charger.link.isOpen()) go(charger);
      });
    for (const charger of chargers) if (charger.link.isOpen()) go(charger);
    await wait(window.warmUpMs + window.forMs);
    stopping = true;
    await untilIdle();
    return tally.report();
  },
  async pace(window) {
    const tally = createTally(window);
    const latenciesMs: number[] = [];
    let late = 0;
    const send = (dueAt: number, charger: LoadCharger) => {
      if (charger.isBusy() || !charger.link.isOpen()) return void late++;
      charger.call(charger.speaker.next(), (answer) => {
        if (tally.note(answer)) latenciesMs.push(now() - dueAt);
      });
    };
    const beganAt = now();
    const endsAt = beganAt + window.warmUpMs + window.forMs;
    for (let sent = 0; ;) {
      const due = ((now() - beganAt) * window.perSecond) / 1_000;
      for (; sent < due; sent++) {
        const charger = chargers[sent % chargers.length];
        if (charger) send(beganAt + (sent * 1_000) / window.perSecond, charger);
      }
      if (now() > endsAt) break;
      // A timer would come a millisecond late, and be taken for the server's delay.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await untilIdle();
    return { ...tally.report(), latenciesMs, late: late + chargers.filter((charger) => charger.isBusy()).length };
  },
  async abuse({ perSecond, forMs }) {
    const [charger] = chargers;
    const beganAt = now();
    let sent = 0;
    while (charger && charger.link.isOpen() && now() - beganAt < forMs) {
      const due = ((now() - beganAt) * perSecond) / 1_000;
      for (; sent < due; sent++) charger.link.send(HEARTBEAT);
      await wait(1);
    }
    const code = charger?.closedWith() ?? null;
    return { sent, code, closedAfterMs: code === null ? null : now() - beganAt };
  },
  async leave() {
    const closedBefore = chargers.filter((charger) => !charger.link.isOpen()).length;
    for (const charger of chargers) charger.link.close();
    chargers = [];
    await wait(100);
    return { closedBefore };
  },
};

obey<Orders>(handlers);

/** Counts the answers that come within the window. */
function createTally({ warmUpMs, forMs }: Window) {
  const from = now() + warmUpMs;
  const to = from + forMs;
  const failures: string[] = [];
  let answered = 0;
  return {
    /** Whether it was a result within the window. */
    note(answer: string): boolean {
      const at = now();
      if (!isResult(answer) && failures.length < MOST_FAILURES) failures.push(answer.slice(0, 200));
      if (at < from || at >= to || !isResult(answer)) return false;
      answered++;
      return true;
    },
    report: () => ({ answered, failures, open: chargers.filter(({ link }) => link.isOpen()).length }),
  };
}

async function untilIdle(): Promise<void> {
  for (let waited = 0; waited < 10_000 && chargers.some((charger) => charger.isBusy()); waited += 20) await wait(20);
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
