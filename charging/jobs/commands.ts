import { z } from 'zod';

/** Where a charger fetches or leaves a file. What it would read or run of its own is refused. */
const transferUrl = z
  .url({
    protocol: /^(https?|ftps?|sftp)$/,
    error: 'Give an http, https, ftp, ftps or sftp URL that the charger can reach.',
  })
  .max(512);

const instant = z.iso
  .datetime({ offset: true, error: 'Give RFC 3339 with an offset: 2026-05-01T10:00:00Z.' })
  .transform((text) => Date.parse(text));

const retry = { retries: z.int().min(0).max(100).optional(), retryIntervalS: z.int().min(0).max(86_400).optional() };

const span = { from: instant.optional(), to: instant.optional() };

const checksum = z.string().regex(/^[0-9a-fA-F]{32}$/, 'The MD5 of the firmware file: 32 hexadecimal digits.');

/** What may be asked of a charger that takes its time. */
export const jobCommands = [
  z
    .strictObject({
      command: z.literal('update-firmware'),
      url: transferUrl,
      retrieveAt: instant.optional().meta({ description: 'At once unless told' }),
      installAt: instant.optional(),
      ...retry,
      signature: z.string().min(1).max(800).optional().meta({ description: 'Base64, with its certificate' }),
      certificate: z.string().min(1).max(5_500).optional().meta({ description: 'That of who signed it, PEM' }),
    })
    .refine(({ signature, certificate }) => (signature === undefined) === (certificate === undefined), {
      path: ['signature'],
      error: 'A signature and its certificate come together.',
    }),
  z.strictObject({ command: z.literal('publish-firmware'), url: transferUrl, checksum, ...retry }),
  z.strictObject({ command: z.literal('unpublish-firmware'), checksum }),
  z.strictObject({
    command: z.literal('get-log'),
    log: z.enum(['diagnostics', 'security']),
    url: transferUrl.meta({ description: 'Where the charger is to upload it' }),
    ...span,
    ...retry,
  }),
  z.strictObject({ command: z.literal('get-diagnostics'), url: transferUrl, ...span, ...retry }),
] as const;
