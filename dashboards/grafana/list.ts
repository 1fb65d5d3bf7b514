import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { estateEnergy } from './estate-energy.ts';

/** Every dashboard by the name of its file. A new one is a file beside these and a line here. */
export const DASHBOARDS: Readonly<Record<string, Dashboard>> = {
  'estate-energy': estateEnergy,
};
