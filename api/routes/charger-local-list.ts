import { z } from 'zod';
import type { LocalList } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { chargerId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';

const localListView = z
  .object({
    charger: chargerId,
    version: z.int().meta({ description: 'Of the list that it holds; 0: none' }),
    current: z.boolean().meta({ description: 'Whether it holds the tokens as they are now' }),
    scope: z.array(z.string()).nullable().meta({ description: 'The tokens that it is to hold; null: all' }),
    size: z.int().meta({ description: 'How many tokens it holds' }),
    sentAt: timeView.nullable(),
    failure: z.string().nullable().meta({ description: "The charger's word, if it did not take the last list" }),
    reportedVersion: z.int().nullable().meta({ description: 'What it last said itself; -1: it keeps no list' }),
    reportedAt: timeView.nullable(),
  })
  .meta({ id: 'LocalList' });

export const chargerLocalList: Routes = (app, { stores, parts }) => {
  app.get(
    '/v1/chargers/:id/local-list',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['chargers'],
        summary: 'The tokens that a charger knows by itself; sent with the command send-local-list',
        params: z.strictObject({ id: chargerId }),
        response: { 200: localListView },
      },
    },
    async ({ params: { id } }) => {
      await chargerMustExist({ stores }, id);
      return viewLocalList((await parts.charging.localLists.of(id)) ?? { ...NEVER_SENT, charger: id });
    },
  );
};

const NEVER_SENT: Omit<LocalList, 'charger'> = {
  version: 0,
  current: false,
  scope: null,
  size: 0,
  sentAt: null,
  failure: null,
  reportedVersion: null,
  reportedAt: null,
};

function viewLocalList(list: LocalList): z.infer<typeof localListView> {
  const timeOf = (at: number | null) => (at === null ? null : isoTime(at));
  return { ...list, sentAt: timeOf(list.sentAt), reportedAt: timeOf(list.reportedAt) };
}
