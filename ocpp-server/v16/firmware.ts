import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import { isoTime } from '#estate/units.ts';
import { firmwarePayload, firmwareRequest, getLog, logRequest, termsOf } from '../both-versions/job-requests.ts';
import {
  asksForJob,
  jobNews,
  keepsJobNews,
  retryFields,
  takenByStatus,
  type Asked,
  type Taken,
} from '../both-versions/jobs.ts';
import type { Block, Commands, Moment } from '../messages/block.ts';
import type { OutboundCall } from '../messages/call.ts';
import { inbound } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { instant, integer, maybe, text } from '../messages/tolerant.ts';

const retry = { retries: maybe(integer), retryInterval: maybe(integer) };

const plainUpdate = {
  request: z
    .object({ location: text, retrieveDate: maybe(instant), ...retry })
    .transform(({ location: url, retrieveDate: retrieveAt, retries, retryInterval: retryIntervalS }): Asked => ({
      request: null,
      terms: termsOf({ url, retrieveAt, signed: false, retries, retryIntervalS }),
    })),
  response: z.object({}).transform((): Taken => ({ state: 'accepted' })),
};

const diagnostics = {
  request: z
    .object({ location: text, startTime: maybe(instant), stopTime: maybe(instant), ...retry })
    .transform(({ location: url, startTime: from, stopTime: to, retries, retryInterval: retryIntervalS }): Asked => ({
      request: null,
      terms: termsOf({ url, from, to, retries, retryIntervalS }),
    })),
  response: z
    .object({ fileName: maybe(text) })
    .transform(({ fileName }): Taken => (fileName ? { state: 'accepted', fileName } : { state: 'nothing-to-upload' })),
};

function update(command: Commands['update-firmware'], moment: Moment): OutboundCall {
  if (command.signature !== undefined) {
    return { action: 'SignedUpdateFirmware', payload: firmwarePayload(command, moment) };
  }
  if (command.installAt !== undefined) {
    throw new PolisError('invalid', 'An OCPP 1.6 charger installs as it sees fit; leave out installAt, or sign.');
  }
  const { url, retrieveAt = moment.now } = command;
  return {
    action: 'UpdateFirmware',
    payload: { location: url, retrieveDate: isoTime(retrieveAt), ...retryFields(command) },
  };
}

/** Firmware, logs and diagnostics (OCPP 1.6 §4.4, §4.5, §5.9, §5.19; security whitepaper edition 3 §4, §5). */
export const firmware: Block = {
  inbound: [
    /** A step of the update that runs, or of one that nobody asked for (OCPP 1.6 §4.5). */
    inbound('FirmwareStatusNotification', jobNews, keepsJobNews('firmware-update')),
    /** A step of the update of that number (whitepaper §5.12). */
    inbound('SignedFirmwareStatusNotification', jobNews, keepsJobNews('firmware-update')),
    /** A step of the upload that runs (OCPP 1.6 §4.4). */
    inbound('DiagnosticsStatusNotification', jobNews, keepsJobNews('diagnostics-upload')),
    /** A step of the upload of that number (whitepaper §5.8). */
    inbound('LogStatusNotification', jobNews, keepsJobNews('log-upload')),
  ],
  outbound: [
    /** It has no number and no status: what is told later belongs to the newest update (OCPP 1.6 §5.19). */
    outbound('UpdateFirmware', asksForJob('firmware-update', plainUpdate)),
    /** The same with a number, and a signature that the charger verifies (whitepaper §5.11). */
    outbound(
      'SignedUpdateFirmware',
      asksForJob('firmware-update', { request: firmwareRequest, response: takenByStatus }),
    ),
    /** Without a file name in the answer there is nothing to upload (OCPP 1.6 §5.9). */
    outbound('GetDiagnostics', asksForJob('diagnostics-upload', diagnostics)),
    /** The answer names the file that is going to be uploaded (whitepaper §5.6). */
    outbound('GetLog', asksForJob('log-upload', { request: logRequest, response: takenByStatus })),
  ],
  phrases: {
    'update-firmware': update,
    'get-log': getLog,
    'get-diagnostics': ({ url, from, to, ...rest }) => ({
      action: 'GetDiagnostics',
      payload: {
        location: url,
        ...(from === undefined ? {} : { startTime: isoTime(from) }),
        ...(to === undefined ? {} : { stopTime: isoTime(to) }),
        ...retryFields(rest),
      },
    }),
  },
};
