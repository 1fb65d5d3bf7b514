import { z } from 'zod';

const hash = z.string().min(1).max(128);

/** What may be asked of a charger about a customer: exactly one way to say whom. */
export const customerCommands = [
  z
    .strictObject({
      command: z.literal('customer-information'),
      report: z.boolean().default(true).meta({ description: 'Tell what it knows' }),
      clear: z.boolean().default(false).meta({ description: 'Forget what it knows' }),
      customer: z.string().min(1).max(64).optional().meta({ description: 'As the vendor of the charger knows them' }),
      token: z.string().min(1).max(36).optional(),
      certificate: z
        .strictObject({
          hashAlgorithm: z.enum(['SHA256', 'SHA384', 'SHA512']),
          issuerNameHash: hash,
          issuerKeyHash: hash,
          serialNumber: z.string().min(1).max(40),
        })
        .optional(),
    })
    .refine(
      ({ customer, token, certificate }) =>
        [customer, token, certificate].filter((one) => one !== undefined).length === 1,
      { path: ['customer'], error: 'Say who: by customer, by token or by certificate, and by one of them only.' },
    )
    .refine(({ report, clear }) => report || clear, {
      path: ['report'],
      error: 'Ask it to report, to clear, or both.',
    }),
] as const;
