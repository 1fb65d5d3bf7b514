/** The simulated field as a library. */
export { createCar, type Car } from './car.ts';
export { describeEstate } from './estate/describe.ts';
export type { ChargerPlan, EstatePlan, SitePlan } from './estate/plan.ts';
export type { ChargerTruth, ConfirmedMessage, TrueSession } from './charger/truth.ts';
export { startFleet, type Fleet, type FleetOptions, type SimulatedCharger } from './fleet.ts';
export { provisionEstate } from './provision.ts';
export { secretsFrom } from './secrets.ts';
