import type { DevicePlan, EstatePlan, SitePlan } from './plan.ts';

/** What connects to the broker: a gateway with the devices behind it, or a device that is its own node. */
export interface NodePlan {
  id: string;
  site: string;
  /** Those that it speaks for, itself among them. */
  devices: readonly DevicePlan[];
}

/** How the devices of a site connect: all through its gateway; each by itself where there is none. */
export function nodesOf({ id: site, devices }: Pick<SitePlan, 'id' | 'devices'>): NodePlan[] {
  const gateway = devices.find(({ type }) => type === 'gateway');
  if (gateway) return [{ id: gateway.id, site, devices }];
  return devices.map((device) => ({ id: device.id, site, devices: [device] }));
}

/** The same estate without gateways: each device has a connection of its own. */
export function withoutGateways(estate: EstatePlan): EstatePlan {
  const sites = estate.sites.map((site) => ({
    ...site,
    devices: site.devices.filter(({ type }) => type !== 'gateway'),
  }));
  return { ...estate, sites };
}
