import { z } from 'zod';

const instant = z.iso
  .datetime({ offset: true, error: 'Give RFC 3339 with an offset: 2026-05-01T10:00:00Z.' })
  .transform((text) => Date.parse(text));

const id = z.int().min(0).max(2_147_483_647);
const priority = z.enum(['always-front', 'in-front', 'normal-cycle']);
const state = z.enum(['charging', 'faulted', 'idle', 'unavailable']);

/** What may be asked of a charger about its display. */
export const displayCommands = [
  z.strictObject({
    command: z.literal('display-message'),
    content: z.string().min(1).max(512),
    format: z.enum(['ascii', 'html', 'uri', 'utf8']).default('utf8'),
    language: z.string().min(1).max(8).optional().meta({ description: 'RFC 5646, as in it or de-CH' }),
    priority: priority.default('normal-cycle'),
    state: state.optional().meta({ description: 'Shown only in this state of the charger' }),
    from: instant.optional(),
    to: instant.optional(),
    transaction: z.string().min(1).max(36).optional().meta({ description: 'Shown only while it runs' }),
    display: z.string().min(1).max(50).optional().meta({ description: 'The component of a second display' }),
    evse: z.int().min(1).max(1_000).optional().meta({ description: 'On the display of this EVSE' }),
    id: id.optional().meta({ description: 'That of the message it replaces; absent: a new one' }),
  }),
  z.strictObject({
    command: z.literal('get-displayed-messages'),
    ids: z.array(id).min(1).max(1_000).optional(),
    priority: priority.optional(),
    state: state.optional(),
  }),
  z.strictObject({ command: z.literal('clear-displayed-message'), id }),
] as const;
