import { PolisError } from '#estate/errors.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { DeviceType } from '../devices/list.ts';
import type { Target } from '../dialects/dialect.ts';
import type { Directory } from '../field/directory.ts';
import type { Field } from '../field/field.ts';

/**
 * Where a device's commands go, once it is sure that it would take these set points.
 *
 * @throws PolisError `not-found`, `unsupported`, `invalid` or `offline`.
 */
export async function targetOf(
  { directory, presence }: Field,
  { site, device }: { site: SiteId; device: DeviceId },
  set: Record<string, number>,
): Promise<Target> {
  await directory.lookUp(site, [{ device }]);
  const type = directory.typeOf(site, device);
  if (!type) throw new PolisError('not-found', `There is no device ${device} at ${site}; GET /v1/devices lists them.`);
  checkSetPoints(type, set);
  const target = placeOf(directory, { site, device });
  if (!presence.isOnline(target)) {
    throw new PolisError('offline', `${device} cannot be told anything: its node ${target.node} is not connected.`);
  }
  return target;
}

/** A device with the node behind which it is: the one that it was born behind, else itself. */
export function placeOf(directory: Directory, { site, device }: { site: SiteId; device: DeviceId }): Target {
  return { site, device, node: directory.nodeOf(site, device) ?? device };
}

function checkSetPoints(type: DeviceType, set: Record<string, number>): void {
  const settable = Object.keys(type.metrics).filter((metric) => type.metrics[metric]?.rw);
  if (Object.keys(set).length === 0) throw new PolisError('invalid', 'Say at least one metric to set.');
  for (const [metric, value] of Object.entries(set)) {
    if (!settable.includes(metric)) {
      const may = settable.length > 0 ? `it takes ${settable.join(', ')}` : 'it takes no set points';
      throw new PolisError('unsupported', `A ${type.type} cannot be told ${metric}: ${may}.`);
    }
    const { min = -Infinity, max = Infinity, unit, states } = type.metrics[metric] ?? {};
    if (states && !Object.hasOwn(states, value)) {
      const codes = Object.entries(states).map(([code, meaning]) => `${code} (${meaning})`);
      throw new PolisError('invalid', `${metric} must be ${codes.join(', ')}.`);
    }
    if (!(value >= min && value <= max)) {
      throw new PolisError('invalid', `${metric} must lie between ${min} and ${max} ${unit}.`);
    }
  }
}
