import { describe, expect, it } from 'vitest';
import { DEVICE_KINDS } from '#simulators/devices/list.ts';
import { DEVICE_TYPES } from '#telemetry/devices/list.ts';

const agreed = new Map(DEVICE_TYPES.map((type) => [type.type, type]));
const simulated = DEVICE_KINDS.flatMap(({ type, metrics }) =>
  Object.entries(metrics).map(([name, metric]) => [type, name, metric] as const),
);

describe('The devices that are simulated', () => {
  it('are all that polisgrid knows, but the one that speaks OCPP', () => {
    const known = DEVICE_TYPES.filter(({ from }) => from !== 'platform').map(({ type }) => type);
    expect(DEVICE_KINDS.map(({ type }) => type as string).toSorted()).toEqual(known.toSorted());
  });

  it.each(simulated)('%s: %s has the unit, range, codes and set point that were agreed', (type, name, metric) => {
    const known = agreed.get(type)?.metrics[name];
    expect(metric.unit).toBe(known?.unit);
    expect([metric.min, metric.max]).toEqual([known?.min, known?.max]);
    expect(metric.codes).toEqual(known?.states && Object.keys(known.states).map(Number));
    expect(metric.rw ?? false).toBe(known?.rw ?? false);
  });

  it.each(DEVICE_KINDS.map(({ type }) => [type]))('%s takes every set point that was agreed', (type) => {
    const settable = Object.entries(agreed.get(type)?.metrics ?? {}).filter(([, { rw }]) => rw);
    const taken = simulated.filter(([of, , { rw }]) => of === type && rw).map(([, name]) => name);
    expect(taken.toSorted()).toEqual(settable.map(([name]) => name).toSorted());
  });
});
