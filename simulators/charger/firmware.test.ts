import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scaledClock, systemClock } from '#estate/clock.ts';
import { isoTime } from '#estate/units.ts';
import { createTestBed, estateOfOne, promptCar, type TestBed, until } from '../specimens.ts';

let bed: TestBed;
beforeEach(async () => {
  bed = await createTestBed();
});
afterEach(() => bed[Symbol.asyncDispose]());

const now = () => isoTime(systemClock.now());
/** A clock in less of a hurry: what a charger is at takes some seconds, in which it can be asked. */
const unhurried = () => scaledClock({ startMs: systemClock.now(), speed: 2 });
/** What it told under a notification, in order, each state once. */
const told = (action: string) => [...new Set(bed.central.calls(action).map(({ payload }) => payload['status']))];
const toldAs = (action: string, status: string) =>
  until(() => told(action).includes(status), `${action} says ${status}`);

describe('the firmware of a charger', () => {
  const words = ['Downloading', 'Downloaded', 'Installing'];

  it.each([
    ['ocpp1.6', 'UpdateFirmware', 'FirmwareStatusNotification', false],
    ['ocpp1.6', 'SignedUpdateFirmware', 'SignedFirmwareStatusNotification', true],
    ['ocpp2.0.1', 'UpdateFirmware', 'FirmwareStatusNotification', true],
  ] as const)('of %s is updated by %s, and it boots with the new version', async (...version) => {
    const [protocol, action, notification, numbered] = version;
    const charger = await bed.charger(protocol);
    const location = 'https://fw.test/polis-9.1.2.bin';
    const firmware = { location, retrieveDateTime: now(), signature: 'c2ln', signingCertificate: 'PEM' };
    const request = numbered ? { requestId: 5, firmware } : { location, retrieveDate: now() };
    const answer = await bed.central.call(charger.id, action, request);
    expect(answer).toEqual(numbered ? { status: 'Accepted' } : {});
    await toldAs(notification, 'Installed');
    expect(told(notification)).toEqual(
      numbered
        ? ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'Installed']
        : [...words, 'Installed'],
    );
    const boots = bed.central.calls('BootNotification').map(({ payload }) => JSON.stringify(payload));
    expect(boots).toHaveLength(2);
    expect(boots[1]).toContain('"firmwareVersion":"9.1.2"');
    const numbers = bed.central.calls(notification).map(({ payload }) => payload['requestId']);
    expect(new Set(numbers)).toEqual(new Set([numbered ? 5 : undefined]));
    expect(bed.central.faults).toEqual([]);
  });

  it('counts as updated once the charger is accepted with it', async () => {
    const fleet = await bed.fleet({ estate: estateOfOne('ocpp1.6') });
    const [charger] = fleet.chargers;
    expect(fleet.totals().updated).toBe(0);
    const location = 'https://fw.test/polis-9.1.2.bin';
    await bed.central.call(charger?.id ?? '', 'UpdateFirmware', { location, retrieveDate: now() });
    await until(() => fleet.totals().updated === 1, 'the charger counts as updated');
    expect(bed.central.calls('BootNotification')).toHaveLength(2);
  });

  it.each([
    ['download-fails', ['Downloading', 'DownloadFailed']],
    ['bad-signature', ['Downloading', 'Downloaded', 'InvalidSignature']],
    ['install-fails', ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallationFailed']],
  ])('stays as it was when its URL says %s', async (failure, expected) => {
    const charger = await bed.charger('ocpp2.0.1');
    const location = `https://fw.test/${failure}/2.0.0.bin`;
    const firmware = { location, retrieveDateTime: now(), signature: 'c2ln', signingCertificate: 'PEM' };
    await bed.central.call(charger.id, 'UpdateFirmware', { requestId: 5, firmware });
    await toldAs('FirmwareStatusNotification', expected.at(-1) ?? '');
    expect(told('FirmwareStatusNotification')).toEqual(expected);
    expect(bed.central.calls('BootNotification')).toHaveLength(1);
  });

  it('waits for the end of a session, and tells where it is when asked', async () => {
    const charger = await bed.charger('ocpp1.6');
    charger.plugIn(1, promptCar());
    await charger.authorise(1, 'CARD');
    const location = 'https://fw.test/2.0.0.bin';
    await bed.central.call(charger.id, 'UpdateFirmware', { location, retrieveDate: now() });
    await toldAs('FirmwareStatusNotification', 'Downloaded');
    const before = bed.central.calls('FirmwareStatusNotification').length;
    await bed.central.call(charger.id, 'TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' });
    await until(() => bed.central.calls('FirmwareStatusNotification').length > before, 'it tells');
    expect(told('FirmwareStatusNotification')).toEqual(['Downloading', 'Downloaded']);
    charger.unplug(1);
    await toldAs('FirmwareStatusNotification', 'Installed');
  });

  it('is published by a local controller, and withdrawn', async () => {
    const { id } = await bed.charger('ocpp2.0.1', { clock: unhurried() });
    const checksum = 'd41d8cd98f00b204e9800998ecf8427e';
    const withdraw = () => bed.central.call(id, 'UnpublishFirmware', { checksum });
    const location = 'https://fw.test/2.0.0.bin';
    await bed.central.call(id, 'PublishFirmware', { requestId: 7, location, checksum });
    expect(await withdraw()).toEqual({ status: 'DownloadOngoing' });
    await toldAs('PublishFirmwareStatusNotification', 'Published');
    expect(bed.central.calls('PublishFirmwareStatusNotification').at(-1)?.payload['location']).toHaveLength(1);
    expect(await withdraw()).toEqual({ status: 'Unpublished' });
    expect(await withdraw()).toEqual({ status: 'NoFirmware' });
    expect(bed.central.faults).toEqual([]);
  });
});

describe('the logs of a charger', () => {
  it('are uploaded, or not, as the URL says', async () => {
    const charger = await bed.charger('ocpp1.6');
    const diagnostics = (location: string) => bed.central.call(charger.id, 'GetDiagnostics', { location });
    expect(await diagnostics('ftp://ftp.test/in')).toMatchObject({ fileName: expect.stringContaining(charger.id) });
    await toldAs('DiagnosticsStatusNotification', 'Uploaded');
    await diagnostics('ftp://ftp.test/upload-fails/');
    await toldAs('DiagnosticsStatusNotification', 'UploadFailed');
    expect(bed.central.faults).toEqual([]);
  });

  it('give way to a newer one', async () => {
    const charger = await bed.charger('ocpp2.0.1', { clock: unhurried() });
    const getLog = (requestId: number) =>
      bed.central.call(charger.id, 'GetLog', {
        requestId,
        logType: 'SecurityLog',
        log: { remoteLocation: 'https://logs.test/in' },
      });
    expect(await getLog(1)).toMatchObject({ status: 'Accepted' });
    await toldAs('LogStatusNotification', 'Uploading');
    expect(await getLog(2)).toMatchObject({ status: 'AcceptedCanceled' });
    await toldAs('LogStatusNotification', 'Uploaded');
    const said = bed.central.calls('LogStatusNotification').map(({ payload }) => payload);
    expect(said).toEqual([
      { status: 'Uploading', requestId: 1 },
      { status: 'AcceptedCanceled', requestId: 1 },
      { status: 'Uploading', requestId: 2 },
      { status: 'Uploaded', requestId: 2 },
    ]);
    expect(bed.central.faults).toEqual([]);
  });
});
