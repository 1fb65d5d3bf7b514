import { createHmac } from 'node:crypto';

/** The secrets of a simulated estate: of each identity 40 hex characters, derived from one key. */
export function secretsFrom(key: string): (id: string) => string {
  return (id) => createHmac('sha256', key).update(id).digest().toString('hex', 0, 20);
}
