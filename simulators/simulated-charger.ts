import type { Clock } from '#estate/clock.ts';
import { type Car, createCar } from './car.ts';
import { outletAt, plugIn, powerAt, setFault, statusAt, unplug } from './charger/charger.ts';
import { controlsOf, reboot } from './charger/controls.ts';
import { type Interference, interfere } from './charger/interference.ts';
import type { OutletStatus } from './charger/outlet.ts';
import { limitFromOutside, type OutsideLimit } from './charger/outside-limit.ts';
import { restartLink, startLink, stopLink } from './charger/link.ts';
import { isOnline, showCard, type Station, truthOf } from './charger/station.ts';
import type { ToldTruth } from './charger/truth.ts';
import type { ChargerPlan } from './estate/plan.ts';

/** A charger in the hands of a test or a driver. EVSEs count from 1. */
export interface SimulatedCharger {
  readonly id: string;
  readonly plan: ChargerPlan;
  /** The central system has accepted it. */
  isOnline(): boolean;
  /** Plugs a car in; without one, a common one. `conflict` when a car is there. */
  plugIn(evse: number, car?: Car): void;
  /** Shows a card: starts a session, or stops the one it began. False when it was refused. */
  authorise(evse: number, token: string): Promise<boolean>;
  /** Pulls the cable, which ends a running session, and gives the car back. */
  unplug(evse: number): Car | null;
  /** Breaks an EVSE with an error code of OCPP 1.6, or mends it with null. */
  setFault(evse: number, fault: string | null): void;
  status(evse: number): OutletStatus;
  /** Power into the car, W. */
  powerW(evse: number): number;
  /** The meter, exact, Wh. */
  registerWh(evse: number): number;
  /** The running transaction, as the central system knows it. */
  transaction(evse: number): string | null;
  /** Sets or lifts a limit at the charger, as an energy manager or the grid does. */
  limitFromOutside(limit: OutsideLimit): void;
  /** Cuts the wire without a word; it comes back after the delay. */
  cut(delayMs: number): void;
  /** Loses its power, which ends all sessions, and boots. */
  reboot(): void;
  /** Changes how it speaks, until the returned function is called. */
  interfere(interference: Interference): () => void;
  /** Leaves properly, and does not come back before `start`. */
  stop(): Promise<void>;
  start(): void;
  truth(): ToldTruth;
}

export function handleOf(station: Station, clock: Clock): SimulatedCharger {
  const { charger, plan } = station;
  return {
    id: plan.id,
    plan,
    isOnline: () => isOnline(station),
    plugIn: (evse, car = createCar()) => plugIn(charger, { evse, car }, clock.now()),
    authorise: (evse, token) => showCard(station, { evse, token }),
    unplug: (evse) => unplug(charger, evse, clock.now()),
    setFault: (evse, fault) => setFault(charger, { evse, fault }, clock.now()),
    status: (evse) => statusAt(charger, outletAt(charger, evse), clock.now()),
    powerW: (evse) => powerAt(charger, outletAt(charger, evse), clock.now()),
    registerWh: (evse) => outletAt(charger, evse).registerWh,
    transaction: (evse) => outletAt(charger, evse).session?.transaction ?? null,
    limitFromOutside: (limit) => limitFromOutside(controlsOf(station), limit),
    cut: (delayMs) => restartLink(station, 'cut', delayMs),
    reboot: () => reboot(station, 'HardReset'),
    interfere: (interference) => interfere(station.interferences, interference),
    stop: () => stopLink(station),
    start: () => startLink(station),
    truth: () => truthOf(station),
  };
}
