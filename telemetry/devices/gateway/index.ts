import type { DeviceType } from '../device-type.ts';

/** The node of a site: it speaks for the devices behind it and measures nothing itself. */
export const gateway: DeviceType = { type: 'gateway', title: 'Site gateway', metrics: {} };
