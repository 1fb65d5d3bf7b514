import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openExchange, type Exchange } from '../specimens/exchange.ts';
import { openServer, type Specimen } from '../specimens/server.ts';

let specimen: Specimen;
let station: Exchange;
let count = 0;
beforeAll(async () => {
  specimen = await openServer();
});
afterAll(() => specimen[Symbol.asyncDispose]());
beforeEach(async () => {
  station = await openExchange(specimen, { id: `S${++count}`, protocol: 'ocpp2.0.1' });
});

const url = 'https://fw.test/polis-2.bin';
const requestId = expect.any(Number) as number;
const jobs = async () => specimen.charging.jobs.list({ charger: station.id, limit: 9 });
const outline = async () =>
  (await jobs()).map(({ kind, outcome, states }) => [kind, outcome, ...states.map(({ state }) => state)].join(' '));

test('UpdateFirmware: is sent whole, and followed by FirmwareStatusNotification under its number', async () => {
  const said = await station.command(
    { command: 'update-firmware', url, retrieveAt: '2026-05-18T22:00:00+02:00', signature: 'c2ln', certificate: 'PEM' },
    { status: 'Accepted' },
  );
  expect(said).toEqual({
    action: 'UpdateFirmware',
    payload: {
      requestId,
      firmware: {
        location: url,
        retrieveDateTime: '2026-05-18T20:00:00.000Z',
        signature: 'c2ln',
        signingCertificate: 'PEM',
      },
    },
    result: { outcome: 'accepted', response: { status: 'Accepted' } },
  });
  const states = ['DownloadScheduled', 'Downloading', 'Downloaded', 'SignatureVerified', 'InstallRebooting'];
  for (const status of [...states, 'Installed']) {
    await station.wire.call('FirmwareStatusNotification', { status, requestId: said.payload['requestId'] });
  }
  expect(await outline()).toEqual([
    'firmware-update done asked accepted download-scheduled downloading downloaded signature-verified install-rebooting installed',
  ]);
  expect(await jobs()).toMatchObject([{ terms: { signed: true, retrieveAt: Date.UTC(2026, 4, 18, 20) } }]);
});

test('FirmwareStatusNotification: states without a number belong to the update that runs', async () => {
  await station.command({ command: 'update-firmware', url }, { status: 'Accepted' });
  await station.wire.call('FirmwareStatusNotification', { status: 'InvalidSignature' });
  expect(await outline()).toEqual(['firmware-update failed asked accepted invalid-signature']);
});

describe('PublishFirmware:', () => {
  const checksum = 'd41d8cd98f00b204e9800998ecf8427e';

  test('is followed by PublishFirmwareStatusNotification, until UnpublishFirmware', async () => {
    const said = await station.command({ command: 'publish-firmware', url, checksum }, { status: 'Accepted' });
    expect(said).toMatchObject({
      action: 'PublishFirmware',
      payload: { requestId, location: url, checksum },
      result: { outcome: 'accepted' },
    });
    const number = { requestId: said.payload['requestId'] };
    await station.wire.call('PublishFirmwareStatusNotification', { status: 'ChecksumVerified', ...number });
    const location = ['http://10.0.0.2/polis-2.bin'];
    await station.wire.call('PublishFirmwareStatusNotification', { status: 'Published', location, ...number });
    expect(await jobs()).toMatchObject([{ kind: 'publication', outcome: 'done', locations: location }]);

    const withdrawn = await station.command({ command: 'unpublish-firmware', checksum }, { status: 'Unpublished' });
    expect(withdrawn).toEqual({
      action: 'UnpublishFirmware',
      payload: { checksum },
      result: { outcome: 'accepted', response: { status: 'Unpublished' } },
    });
    expect(await outline()).toEqual(['publication done asked accepted checksum-verified published unpublished']);
  });

  test.each([
    ['NoFirmware', 'accepted'],
    ['DownloadOngoing', 'rejected'],
  ])('UnpublishFirmware: %s is %s', async (status, outcome) => {
    const { result } = await station.command({ command: 'unpublish-firmware', checksum }, { status });
    expect(result.outcome).toBe(outcome);
  });
});

describe('GetLog:', () => {
  test('names the log and its time, and is followed by LogStatusNotification', async () => {
    const said = await station.command(
      { command: 'get-log', log: 'security', url: 'https://logs.test/in', from: '2026-05-17T00:00:00Z', retries: 1 },
      { status: 'Accepted', filename: 'sec.log' },
    );
    expect(said).toMatchObject({
      action: 'GetLog',
      payload: {
        requestId,
        logType: 'SecurityLog',
        log: { remoteLocation: 'https://logs.test/in', oldestTimestamp: '2026-05-17T00:00:00.000Z' },
        retries: 1,
      },
    });
    await station.wire.call('LogStatusNotification', { status: 'UploadFailure', requestId: said.payload['requestId'] });
    expect(await outline()).toEqual(['log-upload failed asked accepted upload-failure']);
  });

  test('a newer one cancels what was being uploaded', async () => {
    const command = { command: 'get-diagnostics', url: 'https://logs.test/in' };
    const first = await station.command(command, { status: 'Accepted' });
    expect(first).toMatchObject({ action: 'GetLog', payload: { logType: 'DiagnosticsLog' } });
    await specimen.clock.advance(1);
    const second = await station.command(command, { status: 'AcceptedCanceled' });
    expect(second.result.outcome).toBe('accepted');
    const number = { requestId: first.payload['requestId'] };
    await station.wire.call('LogStatusNotification', { status: 'AcceptedCanceled', ...number });
    expect(await outline()).toEqual([
      'log-upload running asked accepted',
      'log-upload superseded asked accepted superseded accepted-canceled',
    ]);
  });
});
