import { PolisError } from '#estate/errors.ts';
import type { Millis } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import type { Counter } from '#storage/series.ts';
import { countersOf, deviceType, DEVICE_TYPES, type DeviceType, type Metric } from '../devices/list.ts';
import type { Birth } from '../dialects/dialect.ts';
import { listAdopted, noteAdoption, type AdoptedType } from './quarantine-tables.ts';

/** In the place of a type's name: taken with the metrics that the birth itself announces. */
export const GENERIC = 'generic';

/** The types of devices that polisgrid understands: those it came with, and those that a person adopted since. */
export interface AdoptedTypes {
  load(): Promise<void>;
  /** The type that a birth's word stands for: itself, or what it was adopted as. */
  find: (name: string) => DeviceType | undefined;
  /**
   * Takes the type of a birth from now on for a known one, or (`generic`) as the birth describes it.
   *
   * @throws PolisError `invalid` or `conflict` when that cannot be.
   */
  adopt(birth: Birth, as: string, at: Millis): Promise<DeviceType>;
}

/** A metric of whose period a birth says nothing, s. */
const PERIOD_S = 300;

export function createAdoptedTypes(records: Records): AdoptedTypes {
  const adopted = new Map<string, DeviceType>();
  const keep = (one: AdoptedType) => {
    const type = one.mapped === null ? genericType(one) : deviceType(one.mapped);
    if (type) adopted.set(one.type, type);
  };
  return {
    async load() {
      for (const one of await records.run(listAdopted, undefined)) keep(one);
    },
    find: (name) => deviceType(name) ?? adopted.get(name),
    async adopt(birth, as, at) {
      const type = as === GENERIC ? genericFrom(birth) : mappedTo(birth, as);
      const { title, metrics } = type;
      const mapped = as === GENERIC ? null : as;
      await records.run(noteAdoption, { type: birth.type, mapped, title, metrics: JSON.stringify(metrics), at });
      adopted.set(birth.type, type);
      return type;
    },
  };
}

/** The counters of all types that polisgrid understands, for the series store when it is opened. */
export async function countersIn(records: Records): Promise<Counter[]> {
  const adopted = await records.run(listAdopted, undefined);
  const own = adopted.filter(({ mapped }) => mapped === null).map(genericType);
  return countersOf([...DEVICE_TYPES, ...own]);
}

/** What is wrong with the units of a birth, for a type; null: nothing. */
export function unitFault(birth: Birth, type: DeviceType): string | null {
  for (const [metric, { unit }] of Object.entries(birth.metrics)) {
    const known = Object.hasOwn(type.metrics, metric) ? type.metrics[metric] : undefined;
    if (known && unit !== undefined && unit !== known.unit) return `${metric} is in ${unit}; send it in ${known.unit}`;
  }
  return null;
}

function mappedTo(birth: Birth, as: string): DeviceType {
  const type = deviceType(as);
  if (!type || type.from === 'platform') {
    throw new PolisError('invalid', `${as} is no type that a device may be; see GET /v1/asyncapi.json.`);
  }
  const fault = unitFault(birth, type);
  if (fault !== null) throw new PolisError('conflict', `${birth.type} cannot be taken for a ${as}: ${fault}.`);
  return type;
}

function genericFrom(birth: Birth): DeviceType {
  if (Object.keys(birth.metrics).length === 0) {
    throw new PolisError('conflict', `${birth.type} announces no metrics; adopt it as a known type.`);
  }
  const like = DEVICE_TYPES.find(({ type }) => type.toLowerCase() === birth.type.toLowerCase());
  if (like) throw new PolisError('conflict', `${birth.type} is ${like.type} in other letters; adopt it as that.`);
  const metrics = Object.entries(birth.metrics).map(([name, said]): [string, Metric] => {
    const { unit = '1', min, max, rw, brick, deadband, counter, period = PERIOD_S } = said;
    const limits = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
    const more = { ...(brick === undefined ? {} : { brick }), ...(deadband === undefined ? {} : { deadband }) };
    const register = counter ? ({ counter: true } as const) : {};
    return [
      name,
      { title: name, unit, ...limits, period, ...(rw?.includes('w') ? { rw: true } : {}), ...more, ...register },
    ];
  });
  return { type: birth.type, title: birth.model ?? birth.type, metrics: Object.fromEntries(metrics) };
}

function genericType({ type, title, metrics }: AdoptedType): DeviceType {
  return { type, title, metrics: JSON.parse(metrics) as DeviceType['metrics'] };
}
