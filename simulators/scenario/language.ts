import { FAULTS } from '../faults/list.ts';
import { createScenarioSchema } from './schema.ts';

/** The scenario language with all faults that there are. */
export const scenarioSchema = createScenarioSchema(FAULTS);
