import { z } from 'zod';
import { chargerCommand } from '#charging/index.ts';
import type { Routes } from '../desk.ts';
import { chargerId } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';
import { commandResultView } from '../views/command.ts';

export const chargerCommands: Routes = (app, { stores, parts }) => {
  app.post(
    '/v1/chargers/:id/commands',
    {
      config: { access: 'operator' },
      schema: {
        tags: ['chargers'],
        summary: 'Ask a charger to start, stop, reset, unlock, limit …; answers with what the charger said',
        params: z.strictObject({ id: chargerId }),
        body: chargerCommand,
        response: { 200: commandResultView },
      },
    },
    async ({ params: { id }, body }) => {
      await chargerMustExist({ stores }, id);
      return parts.ocpp.command(id, body);
    },
  );
};
