import { z } from 'zod';
import type { JobTerms } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import type { Commands, Moment } from '../messages/block.ts';
import type { OutboundCall } from '../messages/call.ts';
import { instant, integer, maybe, text } from '../messages/tolerant.ts';
import { retryFields, type Asked } from './jobs.ts';

/** Calls that 2.0.1 and the security extension of 1.6 share to the letter. */

const retry = { retries: maybe(integer), retryInterval: maybe(integer) };

/** Only what was said. */
export function termsOf(said: { [Field in keyof JobTerms]: JobTerms[Field] | undefined }): JobTerms {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** UpdateFirmware of 2.0.1, SignedUpdateFirmware of 1.6. */
export const firmwareRequest = z
  .object({
    requestId: integer,
    firmware: z.object({
      location: text,
      retrieveDateTime: maybe(instant),
      installDateTime: maybe(instant),
      signature: maybe(text),
    }),
    ...retry,
  })
  .transform(({ requestId, firmware, retries, retryInterval }): Asked => ({
    request: requestId,
    terms: termsOf({
      url: firmware.location,
      retrieveAt: firmware.retrieveDateTime,
      installAt: firmware.installDateTime,
      signed: firmware.signature !== undefined,
      retries,
      retryIntervalS: retryInterval,
    }),
  }));

export function firmwarePayload(command: Commands['update-firmware'], { now, random }: Moment): object {
  const { url, retrieveAt = now, installAt, signature, certificate } = command;
  return {
    requestId: random.int(1, LARGEST_ID),
    firmware: {
      location: url,
      retrieveDateTime: isoTime(retrieveAt),
      ...(installAt === undefined ? {} : { installDateTime: isoTime(installAt) }),
      ...(signature === undefined ? {} : { signature, signingCertificate: certificate }),
    },
    ...retryFields(command),
  };
}

const LARGEST_ID = 2 ** 31 - 1;

/** GetLog of both. */
export const logRequest = z
  .object({
    requestId: integer,
    logType: text,
    log: z.object({ remoteLocation: text, oldestTimestamp: maybe(instant), latestTimestamp: maybe(instant) }),
    ...retry,
  })
  .transform(({ requestId, logType, log, retries, retryInterval }): Asked => ({
    request: requestId,
    terms: termsOf({
      url: log.remoteLocation,
      log: logType === 'SecurityLog' ? 'security' : 'diagnostics',
      from: log.oldestTimestamp,
      to: log.latestTimestamp,
      retries,
      retryIntervalS: retryInterval,
    }),
  }));

export function getLog(
  command: Commands['get-log'] | (Commands['get-diagnostics'] & { log: 'diagnostics' }),
  { random }: Moment,
): OutboundCall {
  const { url, log, from, to } = command;
  return {
    action: 'GetLog',
    payload: {
      requestId: random.int(1, LARGEST_ID),
      logType: log === 'security' ? 'SecurityLog' : 'DiagnosticsLog',
      log: {
        remoteLocation: url,
        ...(from === undefined ? {} : { oldestTimestamp: isoTime(from) }),
        ...(to === undefined ? {} : { latestTimestamp: isoTime(to) }),
      },
      ...retryFields(command),
    },
  };
}
