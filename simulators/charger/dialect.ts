import type { Millis } from '#estate/units.ts';
import { z } from 'zod';
import type { ChargerPlan } from '../estate/plan.ts';
import type { Answer, CallOutcome } from './calls.ts';
import type { Charger } from './charger.ts';
import type { Credentials } from './credentials.ts';
import type { Memory } from './memory.ts';
import type { SessionNews } from './news.ts';
import type { Outlet, OutletStatus } from './outlet.ts';
import type { OutboxMessage } from './outbox.ts';
import type { KnownTokens } from './tokens.ts';

/** A call as a version of OCPP says it. */
export interface OcppCall {
  action: string;
  payload: Record<string, unknown>;
}

/** What a central system may set. */
export interface ChargerSettings {
  heartbeatS: number;
  meterIntervalS: number;
}

/** What a command of the central system can reach. */
export interface Controls {
  charger: Charger;
  settings: ChargerSettings;
  credentials: Credentials;
  /** Closes the connection properly, and comes back. */
  reconnect(delayMs: number): void;
  /** What else it was set to, by key or place. */
  variables: Map<string, string>;
  /** What it works on, watches and shows. */
  memory: Memory;
  /** The tokens that it knows by itself. */
  tokens: KnownTokens;
  now(): Millis;
  /** Since when the central system has listened without a break. */
  heardSince(): Millis;
  /** Ends all sessions, goes dark, and boots. */
  reboot(reason: 'SoftReset' | 'HardReset'): void;
  /** Reboots as soon as no session runs. */
  rebootWhenIdle(): void;
  /** Says something that was asked for. */
  say(what: 'boot' | 'heartbeat' | 'status' | 'meter', evse: number | null): void;
  /**
   * Calls the central system; `lost` at once while it does not listen. What it instructed it hears also before it
   * accepts the charger.
   */
  send(call: OcppCall, how?: { isInstructed: boolean }): Promise<CallOutcome>;
  /** Does something later, unless the power is cut before. */
  after(delayMs: number, act: () => void): void;
  /** True while messages of a transaction wait in the offline queue. */
  hasQueued(session: string | null): boolean;
}

export type Handler = (payload: unknown, controls: Controls) => Answer;

/** How one version of OCPP says what a charger means. */
export interface Dialect {
  boot(plan: ChargerPlan, reason: 'PowerUp' | 'reset'): OcppCall;
  heartbeat: OcppCall;
  /** `outlet` null: the station as a whole; null when this version has no word for it. */
  status(outlet: Outlet | null, status: OutletStatus, at: Millis): OcppCall | null;
  authorize(token: string): OcppCall;
  /** A reservation that it gave up; null when this version has no word for it. */
  reservationOver(number: number, how: 'Expired' | 'Removed'): OcppCall | null;
  /** Whether an answer lets the driver charge; true when it says nothing about the token. */
  lets(response: unknown): boolean;
  /** What must reach the central system of a step of a session; null when this version has no word for it. */
  message(news: SessionNews, from: { plan: ChargerPlan; online: boolean }): OutboxMessage | null;
  /** The payload as it leaves, with what was learnt since it was queued. */
  address(message: OutboxMessage, transaction: string | null): Record<string, unknown>;
  /** The transaction's name, where the answer to a start gives it. */
  transactionIn(response: unknown): string | null;
  handlers: Record<string, Handler>;
  /** The error code of a payload that breaks its schema. */
  formatError: string;
}

/** A handler that sees only payloads of its schema. */
export function handler<T>(
  schema: z.ZodType<T>,
  formatError: string,
  act: (input: T, controls: Controls) => Answer,
): Handler {
  return (payload, controls) => {
    const parsed = schema.safeParse(payload);
    if (parsed.success) return act(parsed.data, controls);
    return { error: formatError, description: z.prettifyError(parsed.error).slice(0, 250) };
  };
}

/** The answer of most commands: a status, and what is done once it has left. */
export function statusOnly(status: string, afterwards: () => void = () => {}): Answer {
  return { payload: { status }, afterwards };
}
