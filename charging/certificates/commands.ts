import { z } from 'zod';

/** What a charger trusts a certificate for, free of versions. */
export const TRUSTED_FOR = [
  'central-system-root',
  'manufacturer-root',
  'v2g-root',
  'mobility-operator-root',
  'v2g-chain',
] as const;

/** What a charger has a certificate of its own for: to sign in here, or towards cars. */
export const CERTIFICATE_USES = ['charging-station', 'v2g'] as const;

export type TrustedFor = (typeof TRUSTED_FOR)[number];
export type CertificateUse = (typeof CERTIFICATE_USES)[number];

const hash = z.string().regex(/^[0-9A-Fa-f]{1,128}$/, 'is not hexadecimal');

export const certificateCommands = [
  z.strictObject({
    command: z.literal('renew-certificate'),
    use: z
      .enum(CERTIFICATE_USES)
      .default('charging-station')
      .meta({ description: 'To sign in here, or towards cars (2.0.1)' }),
  }),
  z.strictObject({
    command: z.literal('install-certificate'),
    type: z.enum(TRUSTED_FOR).exclude(['v2g-chain']).default('central-system-root'),
    certificate: z
      .string()
      .min(1)
      .max(5_500)
      .optional()
      .meta({ description: 'PEM; without one, a charger is given the roots of this installation' }),
  }),
  z.strictObject({
    command: z.literal('delete-certificate'),
    serial: hash.max(40).meta({ description: 'Of a certificate that the charger listed' }),
  }),
  z.strictObject({
    command: z.literal('list-certificates'),
    type: z.enum(TRUSTED_FOR).optional().meta({ description: 'All, unless told' }),
  }),
  z.strictObject({ command: z.literal('rotate-password') }),
] as const;
