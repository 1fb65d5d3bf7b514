import { describe, expect, it } from 'vitest';
import { answerDifference } from './answer-difference.ts';
import { createIdentities } from './identities.ts';
import { payloadBytes, tracedPayload } from './mqtt-payload.ts';
import { withBlankedSecrets } from './secrets-blanked.ts';
import { createTimeShift } from './time-shift.ts';

describe('a frame in a trace', () => {
  it.each([
    ['[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"deadbeef"}]', 'deadbeef'],
    ['[3,"1",{"configurationKey":[{"key":"AuthorizationKey","readonly":false,"value":"deadbeef"}]}]', 'deadbeef'],
    [
      '[2,"1","SetVariables",{"setVariableData":[{"attributeValue":"deadbeef","component":{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"}}]}]',
      'deadbeef',
    ],
    ['[2,"1","SetNetworkProfile",{"connectionData":{"apn":{"apn":"m2m","apnPassword":"deadbeef"}}}]', 'deadbeef'],
    ['[2,"1","SetNetworkProfile",{"connectionData":{"vpn":{"key":"deadbeef","password":"cafe"}}}]', 'deadbeef'],
    ['[2,"1","UpdateFirmware",{"location":"ftp://user:deadbeef@host/file"}]', 'deadbeef'],
    ['[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"deadbeef"', 'deadbeef'],
  ])('shows no secret: %s', (said, secret) => {
    const shown = withBlankedSecrets(said);
    expect(shown).not.toContain(secret);
    expect(shown).toContain('(hidden)');
  });

  it('is as it was where it has none', () => {
    const said = '[2, "1", "DataTransfer", {"vendorId":"x", "data":"1.0 a@b"}]';
    expect(withBlankedSecrets(said)).toBe(said);
  });
});

describe('an MQTT payload in a trace', () => {
  it.each(['{"ts":1,"v":{"W":1.5}}', '{"v":1.0}', 'ON', '', '[1, 2]', '\u00e4', '{"a":12345678901234567890}'])(
    'comes back byte for byte: %j',
    (text) => expect(payloadBytes(tracedPayload(Buffer.from(text))).toString()).toBe(text),
  );

  it('comes back where it is no text', () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    expect(payloadBytes(tracedPayload(bytes))).toEqual(bytes);
  });
});

describe('names', () => {
  const known = { name: '', latitude: null, longitude: null, gridLimitW: null, synthetic: true };
  const estate = {
    sites: new Map([['barolo', { id: 'barolo', ...known }]]),
    chargers: new Map([['CP-1', { id: 'CP-1', site: 'barolo', synthetic: true }]]),
    devices: new Map([['barolo/gw', { id: 'gw', site: 'barolo', type: 'gateway', synthetic: true }]]),
    tokens: new Map(),
  };

  it('are replaced in topics and payloads, whole names only', () => {
    const identities = createIdentities({ estate }, { renamed: new Map([['gw', 'gate']]), prefix: 'x-' });
    expect(['CP-1', 'barolo', 'gw', 'CARD'].map(identities.of)).toEqual(['x-CP-1', 'x-barolo', 'gate', 'CARD']);
    const topic = 'estate/v1/barolo/data/gw/gw-2';
    const payload = { d: { gw: { v: { W: 1 } }, 'gw-2': { v: { W: 2 } } } };
    expect(identities.message({ topic, payload, qos: 1, retain: false })).toEqual({
      topic: 'estate/v1/x-barolo/data/gate/gw-2',
      payload: { d: { gate: { v: { W: 1 } }, 'gw-2': { v: { W: 2 } } } },
      qos: 1,
      retain: false,
    });
  });

  it.each([
    ['of nobody', new Map([['CP-9', 'CP-1']]), /no site, charger or device/],
    ['twice', new Map([['gw', 'barolo']]), /would both become barolo/],
  ])('are refused: %s', (_, renamed, reason) => {
    expect(() => createIdentities({ estate }, { renamed })).toThrow(reason);
  });
});

describe('a shift of time', () => {
  const shift = createTimeShift(60_000);

  it('moves the times of chargers, and nothing else', () => {
    const meterValue = [{ timestamp: '2026-01-01T00:00:00Z', sampledValue: [{ value: '2026-01-01T00:00:00Z' }] }];
    expect(shift.ocpp({ transactionId: 1, meterValue })).toEqual({
      transactionId: 1,
      meterValue: [{ timestamp: '2026-01-01T00:01:00.000Z', sampledValue: [{ value: '2026-01-01T00:00:00Z' }] }],
    });
    expect(shift.ocpp({ timestamp: 'soon' })).toEqual({ timestamp: 'soon' });
  });

  it('moves the times of devices, also of what they kept', () => {
    expect(shift.mqtt({ ts: 1_000, seq: 1, d: { meter: { v: { ts: 5 } } } })).toEqual({
      ts: 61_000,
      seq: 1,
      d: { meter: { v: { ts: 5 } } },
    });
    expect(shift.mqtt({ s: [[1_000, { W: 2 }]] })).toEqual({ s: [[61_000, { W: 2 }]] });
    expect(shift.mqtt('ON')).toBe('ON');
  });
});

describe('the answer to a call', () => {
  const result = (payload: Record<string, unknown>) => ({ kind: 'result', id: '1', payload }) as const;
  const error = (code: string, description = '') => ({ kind: 'error', id: '1', code, description }) as const;
  it.each([
    ['Heartbeat', result({ currentTime: 'a' }), result({ currentTime: 'b' }), []],
    [
      'BootNotification',
      result({ currentTime: 'a', interval: 300, status: 'Accepted' }),
      result({ currentTime: 'b', interval: 60, status: 'Pending' }),
      [{ field: 'status', recorded: 'Accepted', got: 'Pending' }],
    ],
    [
      'StartTransaction',
      result({ transactionId: 1, idTagInfo: { status: 'Accepted' } }),
      result({ transactionId: 2, idTagInfo: { status: 'Blocked', parentIdTag: 'G' } }),
      [
        { field: 'idTagInfo.status', recorded: 'Accepted', got: 'Blocked' },
        { field: 'idTagInfo.parentIdTag', recorded: undefined, got: 'G' },
      ],
    ],
    [
      'Other',
      result({ list: [{ a: 1 }, { a: 2 }] }),
      result({ list: [{ a: 1 }, { a: 3 }] }),
      [{ field: 'list[1].a', recorded: 2, got: 3 }],
    ],
    ['Other', error('FormatViolation', 'in other words'), error('FormatViolation', 'so'), []],
    [
      'Other',
      result({}),
      error('InternalError', 'oh'),
      [{ field: '', recorded: 'a result {}', got: 'InternalError: oh' }],
    ],
    ['Other', result({}), null, [{ field: '', recorded: 'a result {}', got: 'no answer' }]],
  ])('%s differs only where it may not', (action, recorded, got, differences) => {
    expect(answerDifference(action, recorded, got)).toEqual(differences);
  });
});
