import { z } from 'zod';
import { firmwarePayload, firmwareRequest, getLog, logRequest, termsOf } from '../both-versions/job-requests.ts';
import { asksForJob, jobNews, keepsJobNews, retryFields, takenByStatus, type Asked } from '../both-versions/jobs.ts';
import type { Block } from '../messages/block.ts';
import { inbound } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { integer, maybe, text } from '../messages/tolerant.ts';

const publication = {
  request: z
    .object({
      requestId: integer,
      location: text,
      checksum: text,
      retries: maybe(integer),
      retryInterval: maybe(integer),
    })
    .transform(({ requestId, location: url, checksum, retries, retryInterval: retryIntervalS }): Asked => ({
      request: requestId,
      terms: termsOf({ url, checksum, retries, retryIntervalS }),
    })),
  response: takenByStatus,
};

/** What the local controller does not have it need not withdraw (use case L04). */
const unpublishFirmware = outbound('UnpublishFirmware', {
  request: z.object({ checksum: text }),
  response: z.object({ status: text }),
  async answered({ request, response, charger, desk, at }) {
    if (response.status === 'DownloadOngoing') return;
    await desk.charging.jobs.unpublished({ charger: charger.id, checksum: request.checksum, at });
  },
  isGranted: ({ status }) => status === 'Unpublished' || status === 'NoFirmware',
});

/** Firmware and logs (OCPP 2.0.1 functional blocks L and N, use cases L01 to L04 and N01). */
export const firmware: Block = {
  inbound: [
    /** A step of the update of that number, or of one that nobody asked for (use cases L01, L02). */
    inbound('FirmwareStatusNotification', jobNews, keepsJobNews('firmware-update')),
    /** A step of the publication of that number; at its end, where the firmware is (use case L03). */
    inbound('PublishFirmwareStatusNotification', jobNews, keepsJobNews('publication')),
    /** A step of the upload of that number (use case N01). */
    inbound('LogStatusNotification', jobNews, keepsJobNews('log-upload')),
  ],
  outbound: [
    /** A newer update makes the station drop the one before (use cases L01, L02). */
    outbound('UpdateFirmware', asksForJob('firmware-update', { request: firmwareRequest, response: takenByStatus })),
    /** A local controller fetches a firmware and offers it to the stations behind it (use case L03). */
    outbound('PublishFirmware', asksForJob('publication', publication)),
    unpublishFirmware,
    /** The answer names the file; a newer request makes the station drop the one before (use case N01). */
    outbound('GetLog', asksForJob('log-upload', { request: logRequest, response: takenByStatus })),
  ],
  phrases: {
    'update-firmware': (command, moment) => ({ action: 'UpdateFirmware', payload: firmwarePayload(command, moment) }),
    'publish-firmware': (command, { random }) => ({
      action: 'PublishFirmware',
      payload: {
        requestId: random.int(1, 2 ** 31 - 1),
        location: command.url,
        checksum: command.checksum,
        ...retryFields(command),
      },
    }),
    'unpublish-firmware': ({ checksum }) => ({ action: 'UnpublishFirmware', payload: { checksum } }),
    'get-log': getLog,
    'get-diagnostics': (command, moment) => getLog({ ...command, log: 'diagnostics' }, moment),
  },
};
