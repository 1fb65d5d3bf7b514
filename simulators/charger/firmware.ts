import { type Millis, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import type { Answer } from './calls.ts';
import { type Controls, handler, type Handler, statusOnly } from './dialect.ts';
import { beginWork, isAtWork, type Retry, type Work } from './work.ts';

/** What takes time in a real one, shortened. A URL may say what goes wrong: `…/download-fails/2.0.bin`. */
const DOWNLOAD_MS = 10 * SECOND;
const VERIFY_MS = 2 * SECOND;
const INSTALL_MS = 5 * SECOND;
const REBOOT_MS = 8 * SECOND;
const LOOK_AGAIN_MS = 5 * SECOND;

interface Update extends Retry {
  action: string;
  url: string;
  retrieveAt: Millis;
  installAt?: Millis | undefined;
  requestId?: number | undefined;
  signed: boolean;
}

/** Downloads, verifies, installs when nobody charges, and boots with the new version. */
async function update(controls: Controls, job: Update): Promise<void> {
  const work = beginWork(controls, job);
  // Words that came with the security extension.
  const extended = job.requestId !== undefined;
  await waitFor(controls, { work, at: job.retrieveAt, saying: extended ? 'DownloadScheduled' : null });
  if (!(await downloads(work, job.url))) return work.end();
  if (job.signed) {
    await work.pause(VERIFY_MS);
    const valid = !job.url.includes('bad-signature');
    work.say(valid ? 'SignatureVerified' : 'InvalidSignature');
    if (!valid) return work.end();
  }
  await waitFor(controls, { work, at: job.installAt ?? 0, saying: extended ? 'InstallScheduled' : null });
  while (controls.charger.outlets.some((each) => each.session)) await work.pause(LOOK_AGAIN_MS);
  work.say('Installing');
  await work.pause(INSTALL_MS);
  if (job.url.includes('install-fails')) {
    work.say('InstallationFailed');
    return work.end();
  }
  controls.charger.plan.firmware = versionIn(job.url) ?? `${controls.charger.plan.firmware}+1`;
  if (extended) {
    work.say('InstallRebooting');
    await work.pause(SECOND);
  }
  controls.reboot('SoftReset');
  await work.pause(REBOOT_MS);
  work.say('Installed');
  work.end();
}

async function waitFor(
  controls: Controls,
  { work, at, saying }: { work: Work; at: Millis; saying: string | null },
): Promise<void> {
  if (at <= controls.now()) return;
  if (saying !== null) work.say(saying);
  await work.pause(at - controls.now());
}

async function downloads(work: Work, url: string): Promise<boolean> {
  const done = await work.tries(url.includes('download-fails'), async () => {
    work.say('Downloading');
    await work.pause(DOWNLOAD_MS);
  });
  work.say(done ? 'Downloaded' : 'DownloadFailed');
  return done;
}

/** `2.4.1` of `https://fw.test/polis-2.4.1.bin`. */
function versionIn(url: string): string | null {
  return /(\d+(?:\.\d+)+)(?=[^/]*$)/.exec(url)?.[1] ?? null;
}

const PUBLISH = 'PublishFirmwareStatusNotification';

/** A local controller fetches a firmware once for all the stations behind it. */
async function publish(
  controls: Controls,
  job: Retry & { location: string; checksum: string; requestId: number },
): Promise<void> {
  const work = beginWork(controls, { action: PUBLISH, ...job });
  if (!(await downloads(work, job.location))) return work.end();
  await work.pause(VERIFY_MS);
  if (job.location.includes('bad-checksum')) {
    work.say('InvalidChecksum');
    return work.end();
  }
  work.say('ChecksumVerified');
  controls.memory.published.push(job.checksum);
  work.say('Published', { location: [`http://${controls.charger.plan.id}.local/${job.checksum}`] });
  work.end();
}

const retry = { retries: z.int().optional(), retryInterval: z.int().optional() };
const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const firmware = z.object({
  location: z.string(),
  retrieveDateTime: time,
  installDateTime: time.optional(),
  signature: z.string().optional(),
});

/** UpdateFirmware of 2.0.1, SignedUpdateFirmware of 1.6. */
const numbered = z.object({ requestId: z.int(), firmware, ...retry });

function updateNumbered(asked: z.infer<typeof numbered>, controls: Controls, action: string): Answer {
  const { requestId, firmware: file, retries, retryInterval } = asked;
  const { location: url, retrieveDateTime: retrieveAt, installDateTime: installAt, signature } = file;
  const job = {
    action,
    url,
    retrieveAt,
    installAt,
    requestId,
    signed: signature !== undefined,
    retries,
    retryInterval,
  };
  return statusOnly(isAtWork(controls, action) ? 'AcceptedCanceled' : 'Accepted', () => void update(controls, job));
}

/** Firmware: in 1.6 with the security extension (whitepaper edition 3 §5), in 2.0.1 block L. */
export const firmwareHandlers: { v16: Record<string, Handler>; v201: Record<string, Handler> } = {
  v16: {
    UpdateFirmware: handler(
      z.object({ location: z.string(), retrieveDate: time, ...retry }),
      'FormationViolation',
      ({ location: url, retrieveDate: retrieveAt, ...often }, controls) => ({
        payload: {},
        afterwards: () =>
          void update(controls, { action: 'FirmwareStatusNotification', url, retrieveAt, signed: false, ...often }),
      }),
    ),
    SignedUpdateFirmware: handler(numbered, 'FormationViolation', (asked, controls) =>
      updateNumbered(asked, controls, 'SignedFirmwareStatusNotification'),
    ),
  },
  v201: {
    UpdateFirmware: handler(numbered, 'FormatViolation', (asked, controls) =>
      updateNumbered(asked, controls, 'FirmwareStatusNotification'),
    ),
    PublishFirmware: handler(
      z.object({ requestId: z.int(), location: z.string(), checksum: z.string(), ...retry }),
      'FormatViolation',
      (asked, controls) => statusOnly('Accepted', () => void publish(controls, asked)),
    ),
    UnpublishFirmware: handler(z.object({ checksum: z.string() }), 'FormatViolation', ({ checksum }, controls) => {
      const { memory } = controls;
      if (isAtWork(controls, PUBLISH)) return statusOnly('DownloadOngoing');
      if (!memory.published.includes(checksum)) return statusOnly('NoFirmware');
      memory.published = memory.published.filter((each) => each !== checksum);
      return statusOnly('Unpublished');
    }),
  },
};
