import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SECOND } from '#estate/units.ts';
import { openExchange, type Exchange } from '../specimens/exchange.ts';
import { openServer, type Specimen } from '../specimens/server.ts';

let specimen: Specimen;
let charger: Exchange;
let count = 0;
beforeAll(async () => {
  specimen = await openServer();
});
afterAll(() => specimen[Symbol.asyncDispose]());
beforeEach(async () => {
  charger = await openExchange(specimen, { id: `C${++count}`, protocol: 'ocpp1.6' });
});

const url = 'https://fw.test/polis-2.bin';
const NOW = '2026-05-18T10:00:00.000Z';
const signed = { signature: 'c2ln', certificate: 'PEM' };
const jobs = async () => specimen.charging.jobs.list({ charger: charger.id, limit: 9 });
/** Each job with its outcome and history. */
const outline = async () =>
  (await jobs()).map(({ kind, outcome, states }) => [kind, outcome, ...states.map(({ state }) => state)].join(' '));

describe('UpdateFirmware:', () => {
  test('is sent with its retries, and followed by FirmwareStatusNotification to the end', async () => {
    const command = { command: 'update-firmware', url, retries: 2, retryIntervalS: 30 };
    expect(await charger.command(command, {})).toEqual({
      action: 'UpdateFirmware',
      payload: { location: url, retrieveDate: NOW, retries: 2, retryInterval: 30 },
      result: { outcome: 'accepted', response: {} },
    });
    for (const status of ['Downloading', 'Downloaded', 'Installing', 'Installed']) {
      expect(await charger.wire.call('FirmwareStatusNotification', { status }, status)).toEqual([3, status, {}]);
    }
    expect(await outline()).toEqual([
      'firmware-update done asked accepted downloading downloaded installing installed',
    ]);
    expect(await jobs()).toMatchObject([{ terms: { url, retries: 2, retryIntervalS: 30, signed: false } }]);
  });

  test('an install time cannot be said', async () => {
    const command = { command: 'update-firmware', url, installAt: '2026-05-19T00:00:00Z' };
    await expect(charger.command(command, {})).rejects.toMatchObject({ code: 'invalid' });
    expect(await jobs()).toEqual([]);
  });

  test('a charger that answers with an error has not begun', async () => {
    const result = specimen.server.call(charger.id, 'UpdateFirmware', { location: url, retrieveDate: NOW });
    const [, messageId] = await charger.wire.next();
    charger.wire.send(JSON.stringify([4, messageId, 'NotSupported', '', {}]));
    expect(await result).toMatchObject({ outcome: 'failed' });
    expect(await outline()).toEqual(['firmware-update failed asked refused']);
  });

  test('a charger that does not answer may have begun all the same', async () => {
    const result = specimen.server.call(charger.id, 'UpdateFirmware', { location: url, retrieveDate: NOW });
    await charger.wire.next();
    await specimen.clock.advance(30 * SECOND);
    expect(await result).toMatchObject({ outcome: 'timed-out' });
    expect(await outline()).toEqual(['firmware-update running asked unanswered']);
  });
});

describe('SignedUpdateFirmware:', () => {
  test('is sent when signed, and followed by SignedFirmwareStatusNotification under its number', async () => {
    const command = { command: 'update-firmware', url, installAt: '2026-05-19T00:00:00Z', ...signed };
    const said = await charger.command(command, { status: 'Accepted' });
    expect(said).toMatchObject({
      action: 'SignedUpdateFirmware',
      payload: {
        requestId: expect.any(Number) as number,
        firmware: { location: url, installDateTime: '2026-05-19T00:00:00.000Z', signingCertificate: 'PEM' },
      },
      result: { outcome: 'accepted' },
    });
    const { requestId } = said.payload;
    await charger.wire.call('SignedFirmwareStatusNotification', { status: 'SignatureVerified', requestId });
    await charger.wire.call('SignedFirmwareStatusNotification', { status: 'Installed', requestId });
    expect(await outline()).toEqual(['firmware-update done asked accepted signature-verified installed']);
  });

  test.each([
    [
      'AcceptedCanceled',
      'accepted',
      ['firmware-update running asked accepted', 'firmware-update superseded asked accepted superseded'],
    ],
    [
      'InvalidCertificate',
      'rejected',
      ['firmware-update failed asked invalid-certificate', 'firmware-update running asked accepted'],
    ],
  ])('%s ends the older update, or leaves it', async (status, outcome, expected) => {
    await charger.command({ command: 'update-firmware', url, ...signed }, { status: 'Accepted' });
    await specimen.clock.advance(SECOND);
    const said = await charger.command({ command: 'update-firmware', url, ...signed }, { status });
    expect(said.result.outcome).toBe(outcome);
    expect(await outline()).toEqual(expected);
  });
});

describe('GetDiagnostics:', () => {
  test('names the file, and is followed by DiagnosticsStatusNotification', async () => {
    const from = '2026-05-17T00:00:00Z';
    const said = await charger.command(
      { command: 'get-diagnostics', url: 'ftp://joe:pw@ftp.test/d/', from },
      { fileName: 'diag.zip' },
    );
    expect(said).toMatchObject({
      action: 'GetDiagnostics',
      payload: { location: 'ftp://joe:pw@ftp.test/d/', startTime: '2026-05-17T00:00:00.000Z' },
      result: { outcome: 'accepted' },
    });
    await charger.wire.call('DiagnosticsStatusNotification', { status: 'Uploading' });
    await charger.wire.call('DiagnosticsStatusNotification', { status: 'UploadFailed' });
    expect(await outline()).toEqual(['diagnostics-upload failed asked accepted uploading upload-failed']);
    expect(await jobs()).toMatchObject([{ fileName: 'diag.zip', terms: { url: 'ftp://***:***@ftp.test/d/' } }]);
  });

  test('without a file name there is nothing to upload', async () => {
    const { result } = await charger.command({ command: 'get-diagnostics', url }, {});
    expect(result.outcome).toBe('rejected');
    expect(await outline()).toEqual(['diagnostics-upload failed asked nothing-to-upload']);
  });
});

test('GetLog: names the log, and is followed by LogStatusNotification', async () => {
  const said = await charger.command(
    { command: 'get-log', log: 'security', url: 'sftp://logs.test/in' },
    { status: 'Accepted', filename: 'security.log' },
  );
  expect(said).toMatchObject({
    action: 'GetLog',
    payload: { logType: 'SecurityLog', log: { remoteLocation: 'sftp://logs.test/in' } },
  });
  const { requestId } = said.payload;
  await charger.wire.call('LogStatusNotification', { status: 'Uploading', requestId });
  await charger.wire.call('LogStatusNotification', { status: 'Uploaded', requestId });
  expect(await outline()).toEqual(['log-upload done asked accepted uploading uploaded']);
  expect(await jobs()).toMatchObject([{ fileName: 'security.log', terms: { log: 'security' } }]);
});

test('FirmwareStatusNotification: an update that nobody asked for is kept', async () => {
  await charger.wire.call('FirmwareStatusNotification', { status: 'Idle' });
  await charger.wire.call('FirmwareStatusNotification', { status: 'Downloading' });
  expect(await jobs()).toMatchObject([{ terms: null, request: null, outcome: 'running' }]);
});
