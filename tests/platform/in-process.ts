import { systemClock } from '#estate/clock.ts';
import type { Clock } from '#estate/clock.ts';
import { silentLog, type Log } from '#estate/log.ts';
import { secureRandom } from '#estate/random.ts';
import { loadConfig } from '../../config.ts';
import { startPlatform, type Platform } from '../../main.ts';
import { createCaller, type Caller } from './http.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const ADMIN_KEY = 'an-admin-key-for-tests-only';

export interface TestPlatform extends AsyncDisposable {
  platform: Platform;
  /** With every right. */
  admin: Caller;
  /** Nobody in particular. */
  anyone: Caller;
}

export interface TestPlatformOptions {
  flags?: string[];
  /** Absent: a folder that is gone afterwards. */
  data?: string;
  clock?: Clock;
  log?: Log;
}

/** The whole platform in this process, on free ports, without the demo. */
export async function startTestPlatform(options: TestPlatformOptions = {}): Promise<TestPlatform> {
  await using made = new AsyncDisposableStack();
  const data = options.data ?? made.use(await temporaryFolder()).path;
  const { config } = loadConfig({
    flags: [
      '--data',
      data,
      '--http-port',
      '0',
      '--ocpp-port',
      '0',
      '--mqtt-port',
      '0',
      '--demo',
      'off',
      ...(options.flags ?? []),
    ],
    environment: { POLISGRID_ADMIN_KEY: ADMIN_KEY },
  });
  const platform = await startPlatform(config, {
    clock: options.clock ?? systemClock,
    random: secureRandom,
    log: options.log ?? silentLog,
  });
  made.defer(() => platform.stop());
  const held = made.move();
  return {
    platform,
    admin: createCaller(platform.consoleUrl, ADMIN_KEY),
    anyone: createCaller(platform.consoleUrl, null),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
