import { z } from 'zod';
import type { Alarm } from '#estate/alarm.ts';
import { isoTime } from '#estate/units.ts';
import { siteId, timeView } from '../fields.ts';

export const alarmView = z
  .object({
    id: z.string(),
    cause: z.string(),
    site: siteId.nullable(),
    device: z.string(),
    priority: z.enum(['low', 'medium', 'high', 'critical']),
    text: z.string(),
    action: z.string(),
    since: timeView,
    clearedAt: timeView.nullable(),
  })
  .meta({ id: 'Alarm' });

export function viewAlarm(alarm: Alarm): z.infer<typeof alarmView> {
  return {
    ...alarm,
    since: isoTime(alarm.since),
    clearedAt: alarm.clearedAt === null ? null : isoTime(alarm.clearedAt),
  };
}
