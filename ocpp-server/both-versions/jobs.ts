import { z } from 'zod';
import type { JobKind, JobTerms } from '#charging/index.ts';
import type { CommandOutcome } from '#estate/command.ts';
import type { Arrival } from '../messages/inbound.ts';
import type { Addressee } from '../messages/outbound.ts';
import { integer, list, maybe, text } from '../messages/tolerant.ts';

/** What firmware, logs and diagnostics have in common, in both versions: one call, then news of the work for hours. */

/** What a call asks for. */
export interface Asked {
  request: number | null;
  terms: JobTerms;
}

/** How its answer takes it: `accepted`, or why not. */
export interface Taken {
  state: string;
  fileName?: string | undefined;
}

/** An answer with a status: Accepted and AcceptedCanceled, or a refusal. */
export const takenByStatus = z
  .object({ status: text, filename: maybe(text) })
  .transform(({ status, filename }): Taken => ({ state: jobState(status), fileName: filename }));

/** The sequel of a call that a charger works on after its answer. */
export function asksForJob<Request extends z.ZodType<Asked>, Response extends z.ZodType<Taken>>(
  kind: JobKind,
  { request, response }: { request: Request; response: Response },
) {
  return {
    request,
    response,
    asking({ request: asked, charger, desk, at }: Addressee & { request: Asked }) {
      return desk.charging.jobs.asked({ charger, kind, ...asked, at });
    },
    answered({ request: asked, response: taken, charger, desk, at }: Addressee & { request: Asked; response: Taken }) {
      const state = taken.state === 'accepted-canceled' ? 'accepted' : taken.state;
      const answer = { charger: charger.id, kind, request: asked.request, state, fileName: taken.fileName ?? null, at };
      return desk.charging.jobs.answered(answer);
    },
    unanswered({
      request: asked,
      outcome,
      charger,
      desk,
      at,
    }: Addressee & { request: Asked; outcome: CommandOutcome }) {
      const answer = { charger: charger.id, kind, request: asked.request, state: stateWithout(outcome), at };
      return desk.charging.jobs.answered(answer);
    },
    isGranted: ({ state }: Taken) => state === 'accepted' || state === 'accepted-canceled',
  };
}

/** Without an answer it may have begun all the same, unless it never left or was answered with an error. */
function stateWithout(outcome: CommandOutcome): string {
  if (outcome === 'expired') return 'not-sent';
  return outcome === 'timed-out' || outcome === 'unknown' ? 'unanswered' : 'refused';
}

/** What a charger tells of its work. */
export const jobNews = z.object({ status: text, requestId: maybe(integer), location: list(text) });

/** Keeps what it tells. */
export function keepsJobNews(kind: JobKind) {
  return async (message: z.output<typeof jobNews>, { charger, receivedAt, desk }: Arrival): Promise<object> => {
    const { status, requestId, location: locations } = message;
    const report = { charger, kind, request: requestId ?? null, state: jobState(status), at: receivedAt };
    await desk.charging.jobs.reported({ ...report, ...(locations.length > 0 ? { locations } : {}) });
    return {};
  };
}

/** OCPP's `InstallRebooting` is our `install-rebooting`, whatever the word. */
function jobState(status: string): string {
  return status
    .slice(0, 50)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase();
}

/** How often a charger may try, as both versions say it. */
export function retryFields({
  retries,
  retryIntervalS,
}: {
  retries?: number | undefined;
  retryIntervalS?: number | undefined;
}) {
  return {
    ...(retries === undefined ? {} : { retries }),
    ...(retryIntervalS === undefined ? {} : { retryInterval: retryIntervalS }),
  };
}
