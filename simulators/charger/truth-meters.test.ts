import { describe, expect, it } from 'vitest';
import { DAY, HOUR, isoTime, type Millis, MINUTE } from '#estate/units.ts';
import { digestOf, metricSeed } from '../series-digest.ts';
import type { SeriesTruth } from '../series-truth.ts';
import type { OutboxMessage } from './outbox.ts';
import { listMeters, newTruthMeters, noteHeard, noteLost, noteMeasured, type TruthMeters } from './truth-meters.ts';

const EIGHT = Date.UTC(2026, 4, 18, 8);

function message(at: Millis, powerW: number, kind: OutboxMessage['kind'] = 'sampled'): OutboxMessage {
  const sampledValue = [
    { measurand: 'Energy.Active.Import.Register', value: '7.001', unit: 'kWh' },
    { measurand: 'Power.Active.Import', value: powerW, unit: 'W' },
    { measurand: 'Current.Import', value: '16.00', unit: 'A', phase: 'L1' },
    { measurand: 'Current.Import', value: '15.00', unit: 'A', phase: 'L2' },
    { measurand: 'Voltage', value: 230, unitOfMeasure: { unit: 'V' } },
  ];
  const payload = { connectorId: 1, meterValue: [{ timestamp: isoTime(at), sampledValue }] };
  return { action: 'MeterValues', kind, session: 's', evse: 1, at, registerWh: 7_001, seqNo: null, payload, errors: 0 };
}

/** What is listed of an EVSE at which this happened. */
function listed(happen: (meters: TruthMeters) => void): SeriesTruth | undefined {
  const meters = newTruthMeters();
  happen(meters);
  return listMeters(meters, { id: 'CP-1', dc: false })[0];
}

/** Told, and confirmed. */
function tell(meters: TruthMeters, told: OutboxMessage, trueAt = told.at): void {
  noteMeasured(meters, told, trueAt);
  noteHeard(meters, told);
}

describe('What the meters of a charger told', () => {
  it('is in the units of the metrics', () => {
    const found = listed((meters) => tell(meters, message(EIGHT, 7_000)));
    expect(found).toMatchObject({ device: 'CP-1:1', type: 'charging-station', readings: 1, acknowledged: 1 });
    const values = { TotWhImp: 7_001, W: 7_000, A: 15.5, V: 230 };
    const digests = Object.entries(values).map(([metric, value]) => [
      metric,
      digestOf(metricSeed(metric), EIGHT, value),
    ]);
    expect(found?.digest.metrics).toEqual(Object.fromEntries(digests));
    expect(found?.unsureHours).toEqual([]);
  });

  it('is told to the millisecond, however exact the clock is', () => {
    const exact = listed((meters) => tell(meters, message(EIGHT, 7_000)));
    expect(listed((meters) => tell(meters, message(EIGHT + 0.4, 7_000)))).toEqual(exact);
  });

  it('is one reading for each time, the later one', () => {
    const later = listed((meters) => tell(meters, message(EIGHT, 11_000)));
    const found = listed((meters) => {
      tell(meters, message(EIGHT, 7_000));
      tell(meters, message(EIGHT, 11_000));
    });
    expect(found).toEqual(later);
  });

  it.each<[string, (meters: TruthMeters) => void, Partial<SeriesTruth>]>([
    [
      'while it waits',
      (meters) => noteMeasured(meters, message(EIGHT, 1), EIGHT),
      { acknowledged: 1, unsureHours: [8] },
    ],
    [
      'once it is lost',
      (meters) => {
        const given = message(EIGHT, 1);
        noteMeasured(meters, given, EIGHT);
        noteLost(meters, given);
      },
      { acknowledged: 1, unsureHours: [8] },
    ],
    [
      'at a time of which it told before',
      (meters) => {
        tell(meters, message(EIGHT, 1));
        tell(meters, message(EIGHT - MINUTE, 1), EIGHT + MINUTE);
      },
      { readings: 3, acknowledged: 3, stampedAgain: 1, unsureHours: [7], firstAt: EIGHT - HOUR },
    ],
  ])('leaves its hour open %s', (_, happen, open) => {
    const found = listed((meters) => {
      tell(meters, message(EIGHT - HOUR, 7_000));
      happen(meters);
    });
    expect(found).toMatchObject({ readings: 2, ...open });
    expect(found?.uncertain).toBeUndefined();
  });

  it.each<[string, OutboxMessage, number]>([
    ['the platform asked for', message(EIGHT, 1, 'asked'), 1],
    ['a clock in 1970 told', message(HOUR, 1), 24],
    ['a clock days ahead told', message(EIGHT + 2 * DAY, 1), 24],
  ])('may be there or not where %s it', (_, given, hours) => {
    const found = listed((meters) => tell(meters, given, EIGHT));
    expect(found).toMatchObject({ readings: 0, acknowledged: 0, uncertain: 1, last: null });
    expect(found?.unsureHours).toHaveLength(hours);
  });
});
