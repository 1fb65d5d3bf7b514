import { z } from 'zod';
import type { Protocol } from '#charging/index.ts';
import type { Cancel } from '#estate/clock.ts';
import { messageOf } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import { MINUTE, type Millis } from '#estate/units.ts';
import type { Desk } from '../messages/inbound.ts';

/**
 * Asks 2.0.1 stations what became of transactions (GetTransactionStatus, use case E14): of those that are held active when
 * a station comes back, and of those of which something is missing. What follows from an answer is the sequel of the
 * action (v201/transactions.ts).
 */
export interface Gaps {
  /** A station came back, or booted; it is asked once it has had time to deliver what it kept. */
  cameBack(charger: DeviceId): void;
  start(): void;
  stop(): void;
}

/** A station that comes back sends what it kept first; all stations may come back at once. */
const DELIVERS_IN_MS = { least: MINUTE, most: 2 * MINUTE };
const SWEEP_EVERY_MS = 10 * MINUTE;
/** Transactions asked about at once, of one station and of all. */
const MOST_OF_ONE = 20;
const MOST_OF_ALL = 500;
/** What OCPP 2.0.1 allows as a transaction id (part 2 §1.57). */
const LONGEST_TRANSACTION = 36;

const answer = z.object({ messagesInQueue: z.boolean() });

type GapsDesk = Pick<Desk, 'charging' | 'ground' | 'call'>;

/**
 * Asks about the transactions of which something is missing, and those that are held active and were not heard of since
 * an instant; never rejects.
 */
type Ask = (charger: DeviceId, about: { heardBefore: Millis; torn?: readonly string[] }) => Promise<void>;

/** @param spoken the version that a charger speaks now; null when it is not connected. */
export function createGaps(desk: GapsDesk, spoken: (charger: DeviceId) => Protocol | null): Gaps {
  const { charging, ground } = desk;
  const { clock, random, log } = ground;
  const settling = new Map<DeviceId, Cancel>();
  /** Those that still have messages to deliver. */
  const delivering = new Set<DeviceId>();
  /** Those that do not know the question; they are not asked again before they come back. */
  const dumb = new Set<DeviceId>();
  const ask = createAsk(desk, { delivering, dumb, canAnswer: (charger) => spoken(charger) === 'ocpp2.0.1' });
  let cancel: Cancel = () => {};

  const sweep = async (): Promise<void> => {
    try {
      const torn = await charging.reconciliation.tornTransactions({ limit: MOST_OF_ALL });
      const byCharger = Map.groupBy(torn, ({ charger }) => charger);
      const chargers = new Set([...delivering, ...byCharger.keys()]);
      const tornOf = (charger: DeviceId) => (byCharger.get(charger) ?? []).map(({ transaction }) => transaction);
      const heardBefore = clock.now();
      await Promise.all([...chargers].map((charger) => ask(charger, { heardBefore, torn: tornOf(charger) })));
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'It could not be looked up which transactions have gaps.');
    }
  };
  return {
    cameBack(charger) {
      if (spoken(charger) !== 'ocpp2.0.1') return;
      dumb.delete(charger);
      settling.get(charger)?.();
      const heardBefore = clock.now();
      const due = clock.after(random.int(DELIVERS_IN_MS.least, DELIVERS_IN_MS.most), () => {
        settling.delete(charger);
        void ask(charger, { heardBefore });
      });
      settling.set(charger, due);
    },
    start() {
      cancel = clock.every(SWEEP_EVERY_MS, () => void sweep());
    },
    stop() {
      cancel();
      for (const due of settling.values()) due();
      settling.clear();
    },
  };
}

function createAsk(
  { charging, ground, call }: GapsDesk,
  known: { delivering: Set<DeviceId>; dumb: Set<DeviceId>; canAnswer: (charger: DeviceId) => boolean },
): Ask {
  const { delivering, dumb, canAnswer } = known;
  const ask: Ask = async (charger, { heardBefore, torn = [] }) => {
    delivering.delete(charger);
    if (!canAnswer(charger) || dumb.has(charger)) return;
    const open = { charger, heardBefore, limit: MOST_OF_ONE };
    const active = await charging.reconciliation.activeTransactions(open);
    const transactions = new Set([...torn.slice(0, MOST_OF_ONE), ...active.map(({ transaction }) => transaction)]);
    for (const transactionId of transactions) {
      if (transactionId.length > LONGEST_TRANSACTION) continue;
      const { outcome, response } = await call(charger, { action: 'GetTransactionStatus', payload: { transactionId } });
      if (outcome === 'failed') return void dumb.add(charger);
      if (answer.safeParse(response).data?.messagesInQueue === true) delivering.add(charger);
    }
  };
  return async (charger, about) => {
    try {
      await ask(charger, about);
    } catch (error) {
      ground.log.info({ charger, error: messageOf(error) }, 'A station was not asked what became of its transactions.');
    }
  };
}
