import { handClock, type HandClock } from '#estate/clock.ts';
import type { ChargingFact } from '#estate/fact.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { MINUTE, type Millis } from '#estate/units.ts';
import { openSqliteRecords } from '#storage/engines/sqlite/engine.ts';
import type { Records } from '#storage/records.ts';
import { createCharging, type ChargerRef, type Charging, type TransactionReport } from './index.ts';

/** For tests: charging over real records in memory, and reports as chargers send them. */

/** Ten o'clock of a working day. */
export const TEN: Millis = Date.UTC(2026, 4, 18, 10);

export interface ChargingSpecimen {
  charging: Charging;
  records: Records;
  clock: HandClock;
  /** All that was told so far. */
  told: ChargingFact[];
}

export async function openCharging(): Promise<ChargingSpecimen> {
  const records = await openSqliteRecords({
    file: ':memory:',
    modules: [new URL('./records.ts', import.meta.url).href],
  });
  const clock = handClock(TEN);
  const charging = createCharging({ records, ground: { clock, random: seededRandom('charging'), log: silentLog } });
  const told: ChargingFact[] = [];
  charging.facts.listen((fact) => told.push(fact));
  return { charging, records, clock, told };
}

export function charger(id: string): ChargerRef {
  return { id, site: 'barolo', synthetic: true };
}

/** The card that is shown at a charger unless another is named. */
export function cardOf(id: string): string {
  return `CARD-${id}`;
}

/** What a test wants to say of a report; the register stands for both ends of its range. */
export interface Said extends Partial<Omit<TransactionReport, 'charger'>> {
  charger?: string;
  minute?: number;
  wh?: number | null;
}

/** A report of OCPP 1.6: the connector's number is the EVSE. */
export function report16(phase: TransactionReport['phase'], said: Said = {}): TransactionReport {
  const starts = phase === 'began' ? { evse: 1, connector: 1, token: cardOf(said.charger ?? 'C1') } : {};
  return reportOf({ protocol: 'ocpp1.6', phase, ...starts, ...said });
}

/** A report of OCPP 2.0.1, of transaction `tx` unless another is named. */
export function report201(phase: TransactionReport['phase'], said: Said = {}): TransactionReport {
  const starts = phase === 'began' ? { token: cardOf(said.charger ?? 'C1') } : {};
  return reportOf({ protocol: 'ocpp2.0.1', phase, transaction: 'tx', evse: 1, connector: 1, ...starts, ...said });
}

function reportOf({
  charger: id = 'C1',
  minute = 0,
  wh = null,
  ...said
}: Said & Pick<TransactionReport, 'protocol' | 'phase'>): TransactionReport {
  const at = TEN + minute * MINUTE;
  return {
    charger: charger(id),
    transaction: null,
    seqNo: null,
    evse: null,
    connector: null,
    token: null,
    at,
    receivedAt: at,
    firstRegisterWh: wh,
    lastRegisterWh: wh,
    powerW: null,
    currentA: null,
    reason: null,
    frame: null,
    ...said,
  };
}
