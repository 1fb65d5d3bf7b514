import type { Clock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import { deviceType } from './devices/list.ts';
import { unknownMetrics } from './decode.ts';
import type { Field } from './field.ts';
import { birthPayload, readPayload } from './payloads.ts';
import type { Target } from './commands.ts';

/** A node may have so many devices; what it announces beyond them is refused. */
const MOST_BEHIND_A_NODE = 500;

/**
 * Takes births: a node announces a device with its type and metrics; an empty payload takes it back. A device stays with
 * its node: another node may announce it only while that one is away.
 */
export function createBirths(field: Field, clock: Clock) {
  const { directory, presence, quarantine, latest } = field;

  return {
    /** @throws PolisError `invalid` when the birth breaks its contract or may not be. */
    async take({ site, node, device }: Target, payload: Uint8Array): Promise<void> {
      if (payload.length === 0) {
        if (directory.nodeOf(site, device) === node) latest.forget(site, device);
        return directory.removed({ site, device, node });
      }
      const birth = readPayload(birthPayload, payload);
      const type = deviceType(birth.type);
      if (!type) throw new PolisError('invalid', `type ${birth.type} is not known; add it in telemetry/devices`);
      if (type.from === 'platform') throw new PolisError('invalid', `a ${type.type} does not speak MQTT`);
      const owner = directory.nodeOf(site, device);
      if (owner !== undefined && owner !== node && presence.isOnline({ site, node: owner })) {
        throw new PolisError('invalid', `${device} belongs to the node ${owner}, which is online`);
      }
      if (owner !== node && directory.sizeOf(site, node) >= MOST_BEHIND_A_NODE) {
        throw new PolisError('invalid', `a node may have at most ${MOST_BEHIND_A_NODE} devices`);
      }
      const declared = Object.fromEntries(Object.keys(birth.metrics).map((metric) => [metric, 0]));
      quarantine.note(site, unknownMetrics({ device, v: declared }, type), clock.now());
      await directory.born({
        site,
        device,
        node,
        type: type.type,
        metrics: JSON.stringify(birth.metrics),
        bornAt: birth.ts,
      });
    },
  };
}
