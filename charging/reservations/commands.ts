import { z } from 'zod';

const instant = z.iso
  .datetime({ offset: true, error: 'Give RFC 3339 with an offset: 2026-05-01T10:00:00Z.' })
  .transform((text) => Date.parse(text));

const token = z.string().min(1).max(36);

/** Keeping an EVSE free for a driver. */
export const reservationCommands = [
  z.strictObject({
    command: z.literal('reserve'),
    token,
    evse: z.int().min(1).max(1000).optional().meta({ description: 'Absent: whichever is free' }),
    expiresAt: instant,
    connectorType: z
      .string()
      .max(20)
      .optional()
      .meta({ description: 'As OCPP 2.0.1 names them, e.g. cCCS2 or sType2; 1.6 cannot say it' }),
    number: z
      .int()
      .min(1)
      .max(2 ** 31 - 1)
      .optional()
      .meta({
        description: 'As the charger is to know it; that of a reservation it holds replaces it. Absent: a new one',
      }),
  }),
  z.strictObject({
    command: z.literal('cancel-reservation'),
    reservation: z.string().min(1).max(64).meta({ description: 'Its id' }),
  }),
] as const;
