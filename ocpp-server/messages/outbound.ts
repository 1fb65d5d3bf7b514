import { z } from 'zod';
import type { ChargerRef } from '#charging/index.ts';
import type { CommandOutcome } from '#estate/command.ts';
import type { Millis } from '#estate/units.ts';
import type { Desk } from './inbound.ts';
import { decode } from './tolerant.ts';

/** To whom a call goes, and when by our clock. */
export interface Addressee {
  charger: ChargerRef;
  desk: Desk;
  at: Millis;
}

/** One action that the central system calls, with its sequel: the same for a domain command and for a raw call. */
export interface OutboundAction {
  readonly action: string;
  /** Before the call leaves: notes what the charger's later messages will refer to. */
  asking(request: object, to: Addressee): Promise<void>;
  /**
   * The charger answered; what follows from it is stored before the outcome is told.
   *
   * @throws PolisError `invalid` when the answer cannot be read.
   */
  answered(exchange: { request: object; response: unknown }, to: Addressee): Promise<void>;
  /** It answered with an error, or not at all. */
  unanswered(exchange: { request: object; outcome: CommandOutcome }, to: Addressee): Promise<void>;
  /** Whether an answer without a status of its own, or with many, means that the charger does as it was told. */
  readonly isGranted: ((response: unknown) => boolean) | undefined;
}

interface Sequel<Request extends z.ZodType, Response extends z.ZodType> {
  request?: Request;
  response?: Response;
  asking?(asked: Addressee & { request: z.output<Request> }): Promise<void>;
  answered?(exchange: Addressee & { request: z.output<Request>; response: z.output<Response> }): Promise<void>;
  unanswered?(exchange: Addressee & { request: z.output<Request>; outcome: CommandOutcome }): Promise<void>;
  isGranted?(response: z.output<Response>): boolean;
}

/** Declares an action. Request and response are read as far as the sequel needs them. */
export function outbound<Request extends z.ZodType = z.ZodObject<{}>, Response extends z.ZodType = z.ZodObject<{}>>(
  action: string,
  sequel: Sequel<Request, Response> = {},
): OutboundAction {
  const requested = (request: object) => decode(sequel.request ?? z.object({}), request) as z.output<Request>;
  const responded = (response: unknown) => decode(sequel.response ?? z.object({}), response) as z.output<Response>;
  return {
    action,
    async asking(request, to) {
      await sequel.asking?.({ ...to, request: requested(request) });
    },
    async answered({ request, response }, to) {
      await sequel.answered?.({ ...to, request: requested(request), response: responded(response) });
    },
    async unanswered({ request, outcome }, to) {
      await sequel.unanswered?.({ ...to, request: requested(request), outcome });
    },
    isGranted: sequel.isGranted && ((response) => sequel.isGranted?.(responded(response)) ?? false),
  };
}
