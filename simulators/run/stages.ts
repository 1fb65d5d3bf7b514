import type { Millis } from '#estate/units.ts';
import type { Order, Scenario, Stage, StageFault } from '../scenario/scenario.ts';

/** What stages are done with. */
export interface StageHands {
  now(): Millis;
  /** Moves the simulated time on; false: the run is to end early. */
  until(at: Millis): Promise<boolean>;
  /** A stage begins; they count from 0. */
  began(stage: Stage, number: number): void;
  /** Begins a fault; what is returned ends it. */
  fault(fault: StageFault, stage: Stage): End;
  /** Has an operator order something. */
  order(order: Order, stage: Stage): void;
}

type End = () => void | Promise<void>;

/** Something that happens at an instant of a stage. */
interface Turn {
  at: Millis;
  take: () => void | Promise<void>;
}

/**
 * Runs the stages of a scenario one after the other: faults begin and end, operators order. A fault ends with its stage
 * at the latest, also where the run ends early.
 */
export async function runStages({ stages }: Pick<Scenario, 'stages'>, hands: StageHands): Promise<void> {
  let fromMs = hands.now();
  for (const [number, stage] of stages.entries()) {
    const standing = new Set<End>();
    hands.began(stage, number);
    const goesOn = await takeTurns(turnsOf(stage, { fromMs, standing, hands }), hands);
    fromMs += stage.forMs;
    const isWhole = goesOn && (await hands.until(fromMs));
    for (const end of standing) await end();
    if (!isWhole) return;
  }
}

/** False: the run is to end early. */
async function takeTurns(turns: readonly Turn[], hands: StageHands): Promise<boolean> {
  for (const { at, take } of turns) {
    if (!(await hands.until(at))) return false;
    await take();
  }
  return true;
}

function turnsOf(
  stage: Stage,
  { fromMs, standing, hands }: { fromMs: Millis; standing: Set<End>; hands: StageHands },
): Turn[] {
  const faults = stage.faults.flatMap((fault): Turn[] => {
    let end: End = () => {};
    const begins = {
      at: fromMs + fault.afterMs,
      take() {
        end = hands.fault(fault, stage);
        standing.add(end);
      },
    };
    const ends = {
      at: begins.at + fault.forMs,
      take() {
        standing.delete(end);
        return end();
      },
    };
    return fault.afterMs + fault.forMs < stage.forMs ? [begins, ends] : [begins];
  });
  const orders = stage.orders.map((order) => ({
    at: fromMs + order.afterMs,
    take: () => hands.order(order, stage),
  }));
  return [...faults, ...orders].toSorted((one, other) => one.at - other.at);
}
