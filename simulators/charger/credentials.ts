import { z } from 'zod';

/** A certificate that a charger trusts, and what for, in the words of its version. */
const trusted = z.object({ type: z.string(), pem: z.string() });

/** What a charger signs in with and whom it trusts; it keeps it over a power cut. */
export const credentials = z.object({
  secret: z.string(),
  /** Its own certificate, PEM; null: it has none, and signs in with the secret. */
  certificate: z.string().nullable(),
  /** The key to it, PEM. */
  key: z.string().nullable(),
  /** The key of a certificate that it has asked for. */
  nextKey: z.string().nullable(),
  trusted: z.array(trusted),
});

export type Credentials = z.infer<typeof credentials>;

export function firstCredentials(secret: string): Credentials {
  return { secret, certificate: null, key: null, nextKey: null, trusted: [] };
}
