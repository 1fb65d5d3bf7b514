import type { Clock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { DeviceType } from '../devices/list.ts';
import type { Birth, NodeRef, Target } from '../dialects/dialect.ts';
import { unitFault } from './adopted-types.ts';
import { unknownMetrics } from './readings.ts';
import type { Field } from './field.ts';
import { createTurns, type Turns } from './turns.ts';

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
  /** Resolves once the births and removals of a node that are under way now have ended; null when none is. */
  underWay(node: NodeRef): Promise<unknown> | null;
  /** Takes a birth that waits once more; false when it may not be even now: it waits on, with the reason. */
  again(of: Target, birth: Birth): Promise<boolean>;
}

/** Takes what a device has measured since it waits. */
type BringBack = (of: Target, since: Millis) => Promise<void>;

export function createBirths(field: Field, clock: Clock, bringBack: BringBack): Births {
  const { directory, quarantine, adoptedTypes } = field;
  const turns = createTurns();
  const settle = createSettle(field, turns, bringBack);

  const bear = async (of: Target, birth: Birth, type: DeviceType): Promise<boolean> => {
    const fault = unitFault(birth, type);
    if (fault !== null) throw new PolisError('invalid', fault);
    const { site, device } = of;
    await directory.born({ ...of, type: type.type, metrics: JSON.stringify(birth.metrics), bornAt: birth.ts });
    quarantine.note(site, unknownMetrics(device, Object.keys(birth.metrics), type), clock.now());
    return true;
  };
  const hold = async (of: Target, birth: Birth): Promise<boolean> => {
    await quarantine.hold(of, birth, clock.now());
    // It is no longer what it was born as before.
    await takeAway(field, of);
    return false;
  };
  const take = async (of: Target, birth: Birth) => {
    if (adoptedTypes.find(birth.type)?.from === 'platform') {
      throw new PolisError('invalid', `a ${birth.type} does not speak MQTT`);
    }
    mayAnnounce(field, of, turns.devicesOf(of));
    const isBorn = await turns.take(of, () => {
      const type = adoptedTypes.find(birth.type);
      return type ? bear(of, birth, type) : hold(of, birth);
    });
    if (isBorn) await settle(of);
  };

  return {
    take: ({ site, node, device }, birth) => take({ site, node, device }, birth),
    removed({ site, node, device }) {
      const of = { site, node, device };
      return turns.take(of, async () => {
        if (quarantine.find(site, device)?.held?.node === node) quarantine.release(site, device);
        await takeAway(field, of);
      });
    },
    underWay: (node) => turns.ended(node),
    async again(of, birth) {
      try {
        await take(of, birth);
        return true;
      } catch (error) {
        if (!(error instanceof PolisError) || error.code !== 'invalid') throw error;
        const as = adoptedTypes.find(birth.type)?.type;
        quarantine.refuse(of, `${birth.type} was adopted as ${as}, but ${error.message}`);
        return false;
      }
    },
  };
}

/** What was born waits no longer, once what it measured meanwhile is taken. What its node says does not wait for that. */
function createSettle({ directory, quarantine }: Field, turns: Turns, bringBack: BringBack) {
  const returns = createTurns();
  return (of: Target) =>
    returns.take(of, async () => {
      const { site, node, device } = of;
      const waiting = quarantine.find(site, device);
      if (!waiting) return;
      if (waiting.held) await bringBack(of, waiting.firstAt);
      await turns.take(of, async () => {
        // Else it was announced as something unknown again.
        if (directory.nodeOf(site, device) === node) quarantine.release(site, device);
      });
    });
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
  arriving: readonly DeviceId[],
): void {
  const owner = directory.nodeOf(site, device);
  if (owner === node) return;
  if (owner !== undefined && presence.isOnline({ site, node: owner })) {
    throw new PolisError('invalid', `${device} belongs to the node ${owner}, which is online`);
  }
  const others = arriving.filter((other) => other !== device && directory.nodeOf(site, other) !== node);
  if (directory.sizeOf(site, node) + others.length >= MOST_BEHIND_A_NODE) {
    throw new PolisError('invalid', `a node may have at most ${MOST_BEHIND_A_NODE} devices`);
  }
}
