import { z } from 'zod';
import { instanceOf } from './cli/instance.ts';
import { withoutGateways } from './estate/nodes.ts';
import { polisEstate } from './estate/polis.ts';
import { type Fleet, type FleetOptions, startEstate } from './fleet.ts';
import { provisionEstate } from './provision.ts';
import { secretsFrom } from './secrets.ts';
import { createTarget } from './target.ts';

/** A fleet that a test asks for. */
export interface FleetRequest extends Omit<FleetOptions, 'estate' | 'secrets' | 'ocppUrl' | 'mqttUrl' | 'chargers'> {
  chargers: number;
  seed: number | string;
  /** The instance and a key that may register; unless told, the one at work in the data folder here. */
  api?: string;
  key?: string;
  /** Whether devices stand at the sites, too: behind a gateway at each, or each with a connection of its own. */
  devices?: boolean;
  connections?: 'gateways' | 'devices';
}

const CHARGERS_PER_SITE = 2.5;

const ways = z.object({ ocppUrl: z.string(), mqttUrl: z.string() });

/**
 * A fleet for a test: so many chargers of the estate of a seed, registered with an instance and connected.
 *
 * ```ts
 * await using fleet = await startFleet({ chargers: 50, seed: 1 });
 * ```
 *
 * @throws PolisError `unavailable` when nothing answers there, `invalid` when it refuses the estate, `timed-out` when the
 *   chargers are not accepted within a minute.
 */
export async function startFleet(request: FleetRequest): Promise<Fleet> {
  const { chargers, seed, devices = false, connections = 'gateways', ...options } = request;
  const { api, key = '' } = instanceOf(request);
  const sites = Math.max(1, Math.round(chargers / CHARGERS_PER_SITE));
  const plan = polisEstate({ seed, sites, chargers });
  const estate = connections === 'gateways' ? plan : withoutGateways(plan);
  const secrets = secretsFrom(key);
  const { ocppUrl, mqttUrl } = await createTarget({ url: api, key }).get('/v1/info', ways);
  await provisionEstate(estate, { api, key, secrets });
  return startEstate({ ...options, seed, estate, secrets, ocppUrl, ...(devices ? { mqttUrl } : {}) });
}
