import type { Clock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import type { DeviceType } from '../devices/list.ts';
import type { Births } from './births.ts';
import type { Field } from './field.ts';

/** A type of device that was unknown, and what it is taken for from now on. */
export interface Adoption {
  type: string;
  as: string;
  /** How many devices that waited for it were born with it. */
  devices: number;
  /** How many still wait, as their births do not fit it: each has its reason. */
  waiting: number;
}

/**
 * Adopts the type of a birth in quarantine, and with it all devices of that type that wait and fit it.
 *
 * @param as the name of a known type, or `GENERIC`: with the metrics that its birth announces
 * @throws PolisError `not-found`, `invalid`, or `conflict` when it cannot be taken for that.
 */
export type Adopt = (id: string, as: string) => Promise<Adoption>;

/** @param deps.learn is told of the type from the moment on that it is understood, before anything of it is kept. */
export function createAdopt(deps: {
  field: Pick<Field, 'quarantine' | 'adoptedTypes'>;
  births: Pick<Births, 'again'>;
  clock: Clock;
  learn(type: DeviceType): Promise<void>;
}): Adopt {
  const { births, clock } = deps;
  const { quarantine, adoptedTypes } = deps.field;
  return async (id, as) => {
    const { held } = quarantine.get(id);
    if (!held) {
      throw new PolisError('conflict', `${id} has announced no type; only a device that was born can be adopted.`);
    }
    const { type } = held.birth;
    const known = await adoptedTypes.adopt(held.birth, as, clock.now());
    await deps.learn(known);
    let devices = 0;
    for (const { birth, ...of } of quarantine.heldOf(type)) {
      // It may have been taken back while others were born.
      const waits = quarantine.find(of.site, of.device)?.held?.birth === birth;
      if (waits && (await births.again(of, birth))) devices += 1;
    }
    await quarantine.flush();
    return { type, as: known.type, devices, waiting: quarantine.heldOf(type).length };
  };
}
