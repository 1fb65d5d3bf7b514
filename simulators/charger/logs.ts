import { SECOND } from '#estate/units.ts';
import { z } from 'zod';
import { type Controls, handler, type Handler } from './dialect.ts';
import { tell } from './tell.ts';
import { beginWork, isAtWork, type Retry, workAt } from './work.ts';

const UPLOAD_MS = 5 * SECOND;
const DIAGNOSTICS = 'DiagnosticsStatusNotification';
const LOG = 'LogStatusNotification';

/** Uploads a file; `…/upload-fails/` in its URL says that it cannot. */
async function upload(
  controls: Controls,
  job: Retry & { action: string; url: string; requestId?: number | undefined; failure: string },
): Promise<void> {
  const work = beginWork(controls, job);
  const done = await work.tries(job.url.includes('upload-fails'), async () => {
    work.say('Uploading');
    await work.pause(UPLOAD_MS);
  });
  work.say(done ? 'Uploaded' : job.failure);
  work.end();
}

function fileName(controls: Controls, log: string): string {
  return `${controls.charger.plan.id}-${log}-${Math.floor(controls.now() / SECOND)}.log`;
}

const retry = { retries: z.int().optional(), retryInterval: z.int().optional() };

function getLog(formatError: string, tellsOfCancel: boolean): Handler {
  const request = z.object({
    logType: z.enum(['DiagnosticsLog', 'SecurityLog']),
    requestId: z.int(),
    log: z.object({ remoteLocation: z.string() }),
    ...retry,
  });
  return handler(request, formatError, ({ logType, requestId, log, ...often }, controls) => {
    const before = workAt(controls, LOG)?.told;
    const busy = isAtWork(controls, LOG);
    const job = { action: LOG, url: log.remoteLocation, requestId, failure: 'UploadFailure', ...often };
    return {
      payload: { status: busy ? 'AcceptedCanceled' : 'Accepted', filename: fileName(controls, logType) },
      afterwards() {
        if (before && tellsOfCancel)
          tell(controls, { action: LOG, payload: { ...before.payload, status: 'AcceptedCanceled' } });
        void upload(controls, job);
      },
    };
  });
}

/** Logs and diagnostics (OCPP 1.6 §5.9; security whitepaper edition 3 §4; OCPP 2.0.1 N01). */
export const logHandlers: { v16: Record<string, Handler>; v201: Record<string, Handler> } = {
  v16: {
    GetDiagnostics: handler(
      z.object({ location: z.string(), ...retry }),
      'FormationViolation',
      ({ location: url, ...often }, controls) => ({
        payload: { fileName: fileName(controls, 'Diagnostics') },
        afterwards: () => void upload(controls, { action: DIAGNOSTICS, url, failure: 'UploadFailed', ...often }),
      }),
    ),
    GetLog: getLog('FormationViolation', false),
  },
  v201: { GetLog: getLog('FormatViolation', true) },
};
