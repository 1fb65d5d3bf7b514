import { ensureServers } from './ensure.ts';

/** Runs once before the tests of the whole platform: none of them is skipped for want of a server. */
export function setup(): void {
  ensureServers();
}
