import { describe, expect, it } from 'vitest';
import { withoutSecrets } from './without-secrets.ts';

describe('a frame as it is kept', () => {
  it.each([
    ['a key of 1.6', [2, 'a', 'ChangeConfiguration', { key: 'AuthorizationKey', value: 'SECRET' }]],
    ['in another spelling', [2, 'a', 'ChangeConfiguration', { key: 'authorizationkey', value: 'SECRET' }]],
    [
      'as a charger lists it',
      [3, 'a', { configurationKey: [{ key: 'AuthorizationKey', readonly: false, value: 'SECRET' }] }],
    ],
    [
      'a password of 2.0.1',
      [
        2,
        'a',
        'SetVariables',
        { setVariableData: [{ variable: { name: 'BasicAuthPassword' }, attributeValue: 'SECRET' }] },
      ],
    ],
    [
      'a network of 2.0.1',
      [2, 'a', 'SetNetworkProfile', { connectionData: { vpn: { password: 'SECRET', key: 'SECRET' } } }],
    ],
    [
      'an access point',
      [2, 'a', 'SetNetworkProfile', { connectionData: { apn: { apnPassword: 'SECRET', simPin: 1 } } }],
    ],
    ['a URL', [2, 'a', 'GetDiagnostics', { location: 'ftp://joe:SECRET@ftp.test/in' }]],
    ['a customer', [2, 'a', 'NotifyCustomerInformation', { requestId: 1, data: 'SECRET', seqNo: 0 }]],
  ])('hides %s', (_what, frame) => {
    const kept = withoutSecrets(JSON.stringify(frame));
    expect(kept).not.toContain('SECRET');
    expect(kept).toContain('(hidden)');
    expect(JSON.parse(kept)).toHaveLength(frame.length);
  });

  it('hides what follows the name where the frame is not JSON', () => {
    expect(withoutSecrets('[2,"a","ChangeConfiguration",{"key":"AuthorizationKey","value":"SECRET"')).not.toContain(
      'SECRET',
    );
  });

  it.each([
    '[2,"a","Heartbeat",{}]',
    '[2,"a","ChangeConfiguration",{"key":"HeartbeatInterval","value":"300"}]',
    '[2,"a", "GetConfiguration",{"key":["HeartbeatInterval"]}]',
  ])('leaves %s as it is', (frame) => {
    expect(withoutSecrets(frame)).toBe(frame);
  });

  it('still tells what was asked for', () => {
    const asked = '[2,"a","GetConfiguration",{"key":["AuthorizationKey"]}]';
    expect(withoutSecrets(asked)).toBe(asked);
  });
});
