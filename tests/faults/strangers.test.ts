import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepare, STRANGERS, whatIsWrong } from '#simulators/index.ts';
import { ADMIN_KEY, startTestPlatform, type TestPlatform } from '../platform/in-process.ts';

let polisgrid: TestPlatform;
let scene: Awaited<ReturnType<typeof prepare>>;
beforeAll(async () => {
  polisgrid = await startTestPlatform();
  await polisgrid.admin.put('/v1/sites/barolo', { name: 'Barolo' });
  const { consoleUrl: api, ocppUrl, mqttUrl } = polisgrid.platform;
  scene = await prepare({
    api,
    key: ADMIN_KEY,
    ocppUrl,
    mqttUrl,
    mqttRoot: 'estate/v1',
    site: 'barolo',
    delayCommits: null,
  });
});
afterAll(() => polisgrid[Symbol.asyncDispose]());

describe('a stranger is met as it must be:', () => {
  it.each(STRANGERS)('$name', async (stranger) => {
    expect(await whatIsWrong(stranger, scene)).toBeNull();
  });
});
