import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestBed, promptCar, type TestBed, until } from '../specimens.ts';
import type { SimulatedCharger } from '../simulated-charger.ts';

let bed: TestBed;
let charger: SimulatedCharger;
beforeEach(async () => {
  bed = await createTestBed();
  charger = await bed.charger('ocpp2.0.1');
});
afterEach(() => bed[Symbol.asyncDispose]());

const call = (action: string, payload: object) => bed.central.call(charger.id, action, payload);
const power = { component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'Power' } };
const threshold = { ...power, type: 'UpperThreshold', value: 3_000, severity: 2 };
const set = async (...setMonitoringData: object[]) => {
  const { setMonitoringResult } = await call('SetVariableMonitoring', { setMonitoringData });
  return setMonitoringResult as { id?: number; status: string }[];
};
interface EventData {
  trigger: string;
  cleared?: boolean;
  actualValue: string;
  variableMonitoringId: number;
}
const events = () => bed.central.calls('NotifyEvent').flatMap(({ payload }) => payload['eventData'] as EventData[]);

describe('a station that watches', () => {
  it('alerts when a threshold is crossed, and when that has passed', async () => {
    const [monitor] = await set(threshold);
    charger.plugIn(1, promptCar());
    await charger.authorise(1, 'CARD');
    await until(() => events().length === 1, 'it alerts');
    expect(Number(events()[0]?.actualValue)).toBeGreaterThan(3_000);
    charger.unplug(1);
    await until(() => events().length === 2, 'it passes');
    expect(events()).toMatchObject([
      { trigger: 'Alerting', variableMonitoringId: monitor?.id, transactionId: expect.any(String) as string },
      { trigger: 'Alerting', variableMonitoringId: monitor?.id, cleared: true, actualValue: '0.0' },
    ]);
    expect(bed.central.faults).toEqual([]);
  });

  it('knows that something severe holds once the platform heard so of what it set itself', async () => {
    const idle = { ...power, type: 'LowerThreshold', value: 1, severity: 2 };
    const alerts = () => charger.truth().isSevere;
    expect(alerts()).toBe(false);
    const [monitor] = await set(idle);
    await until(() => alerts() === true, 'it alerts, and is heard');
    await call('SetMonitoringBase', { monitoringBase: 'All' });
    expect(alerts()).toBe(null);
    await call('ClearVariableMonitoring', { id: [monitor?.id] });
    expect(alerts()).toBe(false);
    expect(bed.central.faults).toEqual([]);
  });

  it('tells a change, and what is due by the clock', async () => {
    await set(
      { ...power, type: 'Delta', value: 1_000, severity: 8 },
      { ...power, type: 'Periodic', value: 2, severity: 8 },
    );
    charger.plugIn(1, promptCar());
    await charger.authorise(1, 'CARD');
    await until(() => events().some(({ trigger }) => trigger === 'Delta'), 'it tells the change');
    const periodic = () => events().filter(({ trigger }) => trigger === 'Periodic').length;
    await until(() => periodic() > 2, 'it tells by the clock');
    expect(bed.central.faults).toEqual([]);
  });

  it('says nothing below its level', async () => {
    await set(
      { ...power, type: 'Periodic', value: 1, severity: 8 },
      { ...power, type: 'Periodic', value: 1, severity: 4 },
    );
    expect(await call('SetMonitoringLevel', { severity: 5 })).toEqual({ status: 'Accepted' });
    const before = events().length;
    await until(() => events().length > before + 3, 'it tells by the clock');
    expect(
      new Set(
        events()
          .slice(before + 1)
          .map(({ variableMonitoringId }) => variableMonitoringId),
      ).size,
    ).toBe(1);
  });

  it.each([
    ['an unknown component', { ...threshold, component: { name: 'Coffee' } }, 'UnknownComponent'],
    ['an EVSE it has not', { ...threshold, component: { name: 'EVSE', evse: { id: 99 } } }, 'UnknownComponent'],
    ['an unknown variable', { ...threshold, variable: { name: 'Sugar' } }, 'UnknownVariable'],
    ['a change of nothing', { ...threshold, type: 'Delta', value: 0 }, 'Rejected'],
    ['a monitor that it has', { ...threshold, variable: { name: 'Temperature' }, severity: 1 }, 'Duplicate'],
    ['a monitor to replace that it has not', { ...threshold, id: 77 }, 'Rejected'],
  ])('refuses %s', async (_, data, status) => {
    expect(await set(data)).toMatchObject([{ status }]);
    expect(bed.central.faults).toEqual([]);
  });

  it('reports what it watches in parts, and clears it', async () => {
    const { evses } = charger.plan;
    const values = [1, 2, 3, 4].map((severity) => ({ ...threshold, severity }));
    const ids = (await set(...values)).map(({ id }) => id);
    const monitors = () =>
      bed.central
        .calls('NotifyMonitoringReport')
        .flatMap(({ payload }) => payload['monitor'] as { variableMonitoring: { id: number }[] }[])
        .map(({ variableMonitoring }) => variableMonitoring[0]?.id);
    expect(await call('GetMonitoringReport', { requestId: 3 })).toEqual({ status: 'Accepted' });
    await until(() => monitors().length === evses + 4, 'it reported');
    const parts = bed.central.calls('NotifyMonitoringReport').map(({ payload }) => [payload['seqNo'], payload['tbc']]);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts).toEqual(parts.map((_, n) => [n, n < parts.length - 1]));

    expect(await call('ClearVariableMonitoring', { id: [1, ids[0], 999] })).toEqual({
      clearMonitoringResult: [
        { id: 1, status: 'Rejected' },
        { id: ids[0], status: 'Accepted' },
        { id: 999, status: 'NotFound' },
      ],
    });
    expect(await call('SetMonitoringBase', { monitoringBase: 'HardWiredOnly' })).toEqual({ status: 'Accepted' });
    expect(await call('GetMonitoringReport', { requestId: 4 })).toEqual({ status: 'EmptyResultSet' });
    expect(bed.central.faults).toEqual([]);
  });
});

describe('the display of a station', () => {
  const message = { format: 'UTF8', content: 'Ciao' };
  const show = async (more: object) => {
    const { status } = await call('SetDisplayMessage', {
      message: { id: 1, priority: 'NormalCycle', message, ...more },
    });
    return status;
  };
  const shown = () =>
    bed.central.calls('NotifyDisplayMessages').flatMap(({ payload }) => payload['messageInfo'] as { id: number }[]);

  it('shows messages, lists them in parts, and clears them', async () => {
    for (const id of [1, 2, 3]) expect(await show({ id })).toBe('Accepted');
    expect(await call('GetDisplayMessages', { requestId: 1 })).toEqual({ status: 'Accepted' });
    await until(() => shown().length === 3, 'it listed them');
    expect(bed.central.calls('NotifyDisplayMessages').map(({ payload }) => payload['tbc'])).toEqual([true, false]);
    expect(await call('ClearDisplayMessage', { id: 2 })).toEqual({ status: 'Accepted' });
    expect(await call('ClearDisplayMessage', { id: 2 })).toEqual({ status: 'Unknown' });
    expect(await call('GetDisplayMessages', { requestId: 2, id: [2] })).toEqual({ status: 'Unknown' });
    expect(bed.central.faults).toEqual([]);
  });

  it.each([
    ['a format it has not', { message: { format: 'HTML', content: '<b>' } }, 'NotSupportedMessageFormat'],
    ['a transaction that does not run', { transactionId: 'tx' }, 'UnknownTransaction'],
  ])('refuses %s', async (_, more, status) => {
    expect(await show(more)).toBe(status);
  });

  it('forgets a message with the end of its time', async () => {
    await show({ endDateTime: '2020-01-01T00:00:00Z' });
    expect(await call('GetDisplayMessages', { requestId: 1 })).toEqual({ status: 'Unknown' });
  });
});

describe('what a station knows of a customer', () => {
  const parts = () => bed.central.calls('NotifyCustomerInformation').map(({ payload }) => payload);

  it('is told in parts', async () => {
    charger.plugIn(1, promptCar());
    await charger.authorise(1, 'A-CARD-WITH-A-LONG-NUMBER-0123456789');
    const idToken = { idToken: 'A-CARD-WITH-A-LONG-NUMBER-0123456789', type: 'Central' };
    const asked = { requestId: 5, report: true, clear: false, idToken };
    expect(await call('CustomerInformation', asked)).toEqual({ status: 'Accepted' });
    await until(() => parts().at(-1)?.['tbc'] === false, 'it told all');
    const text = parts()
      .map(({ data }) => data)
      .join('');
    expect(text).toMatch(/^A-CARD-WITH-A-LONG-NUMBER-0123456789 charges at EVSE 1 since .*Z\.$/);
    expect(parts().map(({ seqNo }) => seqNo)).toEqual([0, 1]);
    expect(bed.central.faults).toEqual([]);
  });

  it('must be asked for by one name', async () => {
    const asked = { requestId: 5, report: true, clear: false };
    expect(await call('CustomerInformation', asked)).toEqual({ status: 'Invalid' });
  });
});
