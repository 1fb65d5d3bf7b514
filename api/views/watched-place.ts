import { z } from 'zod';

/** A variable of a charger's device model, as the fields of what is said about it. */
export const watchedPlaceView = {
  component: z.string(),
  componentInstance: z.string().nullable(),
  evse: z.int().nullable(),
  connector: z.int().nullable(),
  variable: z.string(),
  variableInstance: z.string().nullable(),
};

export const severityView = z.int().meta({ description: '0 danger, 1 hardware, 2 system, 3 critical … 9 debug' });
