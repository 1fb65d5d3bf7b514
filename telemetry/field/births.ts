import type { Clock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { DeviceType } from '../devices/list.ts';
import type { Birth, Target } from '../dialects/dialect.ts';
import { unitFault } from './adopted-types.ts';
import { unknownMetrics } from './readings.ts';
import type { Field } from './field.ts';

/** A node may have so many devices; what it announces beyond them is refused. */
const MOST_BEHIND_A_NODE = 500;

/**
 * Takes births: a node announces a device with its type and metrics, or takes it back. A device stays with its node:
 * another node may announce it only while that one is away. A device of an unknown type waits in quarantine until a
 * person adopts it.
 */
export interface Births {
  /** @throws PolisError `invalid` when the birth may not be. */
  take(of: Target, birth: Birth): Promise<void>;
  removed(of: Target): Promise<void>;
  /**
   * Adopts the type of a birth in quarantine, and with it all devices of that type that wait.
   *
   * @param as the name of a known type, or `generic`
   * @throws PolisError `not-found`, `invalid` or `conflict`.
   */
  adopt(id: string, as: string): Promise<Adoption>;
}

/** A type of device that was unknown, and what it is taken for from now on. */
export interface Adoption {
  type: string;
  as: string;
  /** How many devices have waited for it. */
  devices: number;
}

/** @param learn is told of a type from the moment on that it is understood, before anything of it is kept. */
export function createBirths(field: Field, clock: Clock, learn: (type: DeviceType) => Promise<void>): Births {
  const { directory, quarantine, adoptedTypes } = field;
  /** Devices whose birth is being kept, by node: they count as being behind it. */
  const arriving = new Map<string, Set<DeviceId>>();

  const bear = async (of: Target, birth: Birth, type: DeviceType) => {
    const fault = unitFault(birth, type);
    if (fault !== null) throw new PolisError('invalid', fault);
    const { site, device } = of;
    const metrics = JSON.stringify(birth.metrics);
    await directory.born({ ...of, type: type.type, metrics, bornAt: birth.ts });
    quarantine.release(site, device);
    quarantine.note(site, unknownMetrics(device, Object.keys(birth.metrics), type), clock.now());
  };
  const hold = async (of: Target, birth: Birth) => {
    await quarantine.hold(of, birth, clock.now());
    // It is no longer what it was born as before.
    await takeAway(field, of);
  };

  return {
    async take({ site, node, device }, birth) {
      const of = { site, node, device };
      const type = adoptedTypes.find(birth.type);
      if (type?.from === 'platform') throw new PolisError('invalid', `a ${type.type} does not speak MQTT`);
      const beside = arriving.get(`${site}/${node}`) ?? new Set();
      mayAnnounce(field, of, beside);
      arriving.set(`${site}/${node}`, beside.add(device));
      try {
        await (type ? bear(of, birth, type) : hold(of, birth));
      } finally {
        beside.delete(device);
        if (beside.size === 0) arriving.delete(`${site}/${node}`);
      }
    },
    async removed({ site, node, device }) {
      if (quarantine.find(site, device)?.held?.node === node) quarantine.release(site, device);
      await takeAway(field, { site, node, device });
    },
    async adopt(id, as) {
      const { held } = quarantine.get(id);
      if (!held) {
        throw new PolisError('conflict', `${id} has announced no type; only a device that was born can be adopted.`);
      }
      const { type } = held.birth;
      const known = await adoptedTypes.adopt(held.birth, as, clock.now());
      await learn(known);
      const waiting = quarantine.heldOf(type);
      for (const { birth, ...of } of waiting) await bear(of, birth, known);
      await quarantine.flush();
      return { type, as: known.type, devices: waiting.length };
    },
  };
}

async function takeAway({ directory, latest, received }: Field, of: Target): Promise<void> {
  if (directory.nodeOf(of.site, of.device) === of.node) {
    latest.forget(of.site, of.device);
    received.forget(of);
  }
  await directory.removed(of);
}

function mayAnnounce(
  { directory, presence }: Field,
  { site, node, device }: Target,
  beside: ReadonlySet<DeviceId>,
): void {
  const owner = directory.nodeOf(site, device);
  if (owner === node) return;
  if (owner !== undefined && presence.isOnline({ site, node: owner })) {
    throw new PolisError('invalid', `${device} belongs to the node ${owner}, which is online`);
  }
  if (directory.sizeOf(site, node) + beside.size >= MOST_BEHIND_A_NODE) {
    throw new PolisError('invalid', `a node may have at most ${MOST_BEHIND_A_NODE} devices`);
  }
}
