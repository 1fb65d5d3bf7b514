import { deviceKind, stateless } from './device-kind.ts';

/** The node of a site: it speaks for the others and measures nothing. */
export const gateway = deviceKind({ ...stateless, type: 'gateway', metrics: {}, read: () => ({}) });
