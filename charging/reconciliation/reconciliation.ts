import type { Cancel } from '#estate/clock.ts';
import { messageOf } from '#estate/errors.ts';
import type { ChargingFact } from '#estate/fact.ts';
import type { Ground } from '#estate/ground.ts';
import type { DeviceId } from '#estate/ids.ts';
import { HOUR, MINUTE, type Millis } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import type { Session } from '../domain.ts';
import {
  activeTransactions,
  giveUpGaps,
  noteTransactionStatus,
  recountLate,
  tornTransactions,
  type OpenQuestion,
  type TransactionStatus,
} from './gaps.ts';
import { listDoubtful, type DoubtfulSession, type ReconciliationQuery } from './list.ts';
import { settleSession, type SettleInput } from './settle.ts';
import { closeSilent } from './silence.ts';
import { createTrim } from './trim.ts';

/** What is doubtful about sessions, and how it is settled: by the charger, by time, or by a person. */
export interface Reconciliation {
  /** Newest first. */
  list(query: ReconciliationQuery): Promise<DoubtfulSession[]>;
  /** @throws PolisError `not-found`, `conflict` or `invalid`. */
  settle(input: SettleInput): Promise<Session>;
  /** The 2.0.1 transactions that are held active of a charger, and of which it has said nothing since an instant. */
  activeTransactions(query: { charger: DeviceId; heardBefore: Millis; limit: number }): Promise<OpenQuestion[]>;
  /** The transactions of which something is missing, of all chargers that are connected. */
  tornTransactions(query: { limit: number }): Promise<OpenQuestion[]>;
  /** A charger answered what became of a transaction. */
  transactionStatus(answer: OpenQuestion & { status: TransactionStatus; at: Millis }): Promise<void>;
}

/** So much is done in one unit of work, that others may come between. */
const STEP = 200;
/** So many steps an hour at most. */
const MOST_STEPS = 50;

/** With the sweeps that end what nobody ends. */
export function createReconciliation(deps: {
  records: Records;
  ground: Ground;
  tell: (facts: readonly ChargingFact[]) => void;
}): Reconciliation & { start(): void; stop(): void } {
  const { records, ground, tell } = deps;
  const { clock, log } = ground;
  const trim = createTrim(records);
  let cancels: Cancel[] = [];

  const closeAll = async (work: typeof closeSilent | typeof giveUpGaps) => {
    for (let step = 0, more = true; more && step < MOST_STEPS; step++) {
      const done = await records.run(work, { at: clock.now(), limit: STEP });
      tell(done.facts);
      ({ more } = done);
    }
  };
  const safely = (name: string, sweep: () => Promise<void>) => () => {
    void sweep().catch((error: unknown) => {
      log.warn({ sweep: name, error: messageOf(error) }, 'A sweep over the sessions failed; it is tried again.');
    });
  };
  return {
    list: (query) => records.run(listDoubtful, query),
    async settle(input) {
      const { session, facts } = await records.run(settleSession, input);
      tell(facts);
      return session;
    },
    activeTransactions: (query) => records.run(activeTransactions, query),
    tornTransactions: (query) => records.run(tornTransactions, query),
    transactionStatus: async (answer) => tell(await records.run(noteTransactionStatus, answer)),
    start() {
      const hourly = async () => {
        await closeAll(giveUpGaps);
        await closeAll(closeSilent);
        await trim(clock.now());
      };
      cancels = [
        clock.every(
          MINUTE,
          safely('late', () => records.run(recountLate, { at: clock.now(), limit: STEP })),
        ),
        clock.every(HOUR, safely('hourly', hourly)),
      ];
    },
    stop() {
      for (const cancel of cancels) cancel();
    },
  };
}
