import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, generateRoots, type Authority } from '#charging/index.ts';
import { handClock, systemClock } from '#estate/clock.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { DAY, SECOND } from '#estate/units.ts';
import { createTlsFront } from '../handshake/tls-front.ts';
import { certificateBy, selfSigned, type Shown } from '../specimens/certificates.ts';
import { openServer, type Specimen } from '../specimens/server.ts';
import { openWire, rawRequest, secretOf, upgradeOf, type Dial } from '../specimens/wire.ts';

// OpenSSL reads the machine's clock, so these certificates are made by it.
const NOW = systemClock.now();

let authority: Authority;
let foreign: Authority;
let manufacturer: Authority;
let front: Specimen;
beforeAll(async () => {
  const authorities = await Promise.all([1, 2, 3].map(async () => createAuthority(await generateRoots(NOW))));
  [authority, foreign, manufacturer] = authorities as [Authority, Authority, Authority];
  front = await openServer(
    { tls: { port: 0, names: ['localhost', '127.0.0.1'], chargerAuthorities: [manufacturer.roots] } },
    { authority, startsAt: NOW },
  );
});
afterAll(() => front[Symbol.asyncDispose]());

/** Resolves with 101, or with the status of the refusal. */
async function knock(dial: Dial & { over: 'plain' | 'tls'; shown?: Shown }): Promise<number> {
  const { over, shown, ...rest } = dial;
  const tls = { ca: authority.roots, ...shown };
  try {
    const wire = await openWire(over === 'tls' ? front.tlsPort : front.port, over === 'tls' ? { ...rest, tls } : rest);
    wire.socket.terminate();
    await wire.closed;
    return 101;
  } catch (error) {
    return Number(error instanceof Error ? error.message : error);
  }
}

const lastRefusal = () => front.server.refused().at(0)?.reason;

describe('a security profile', () => {
  const good = (name: string) => certificateBy(authority, { name, at: NOW });

  it.each([
    [1, 'plain', 'right', false, 101],
    [1, 'tls', 'right', false, 101],
    [1, 'tls', 'wrong', false, 401],
    [2, 'plain', 'right', false, 401],
    [2, 'tls', 'right', false, 101],
    [2, 'tls', 'wrong', false, 401],
    [2, 'tls', null, false, 401],
    [2, 'tls', null, true, 101],
    [2, 'tls', 'wrong', true, 401],
    [3, 'plain', 'right', false, 401],
    [3, 'tls', 'right', false, 401],
    [3, 'tls', null, true, 101],
    [3, 'tls', 'wrong', true, 101],
  ] as const)('%i over %s with the secret %s, certificate: %s → %i', async (profile, over, secret, shows, status) => {
    const id = `P${profile}-${over}`;
    await front.register(id, profile);
    const shown = shows ? { shown: await good(id) } : {};
    expect(await knock({ id, over, secret: secret === 'right' ? secretOf(id) : secret, ...shown })).toBe(status);
  });

  it('is told to the installer when the charger is below it', async () => {
    await front.register('LOW', 2);
    await knock({ id: 'LOW', over: 'plain' });
    expect(lastRefusal()).toBe(
      'its security profile 2 demands TLS: connect it to the TLS port; give it a new secret, as this one crossed the network in the clear',
    );
    await front.register('LOW', 3);
    await knock({ id: 'LOW', over: 'tls' });
    expect(lastRefusal()).toBe('no client certificate given, and its security profile 3 demands one');
  });

  it('leaves unknown identities and wrong secrets alike', async () => {
    const answer = async (id: string) => {
      const basic = Buffer.from(`${id}:nothing`).toString('base64');
      const headers = [`Authorization: Basic ${basic}`, 'Sec-WebSocket-Protocol: ocpp1.6'];
      return rawRequest(front.port, upgradeOf(`/ocpp/${id}`, headers));
    };
    await front.register('KNOWN', 1);
    expect(await answer('KNOWN')).toBe(await answer('NOBODY'));
  });
});

describe('a client certificate', () => {
  const cases: [string, (id: string) => Promise<Shown>, RegExp][] = [
    ['that has expired', (name) => certificateBy(authority, { name, at: NOW - 400 * DAY }), /has expired/],
    [
      'of a foreign authority',
      (name) => certificateBy(foreign, { name, at: NOW }),
      /authority that is not trusted here/,
    ],
    ['that is self-signed', selfSigned, /is self-signed/],
    ['of another charger', () => certificateBy(authority, { name: 'CP-9', at: NOW }), /is for CP-9, and not for/],
    ['of the name in other case', (name) => certificateBy(authority, { name: name.toLowerCase(), at: NOW }), /not for/],
    [
      'that was made for servers',
      async (name) => {
        const [pair] = await authority.serve([name], NOW);
        return { cert: pair?.certificate ?? '', key: pair?.key ?? '' };
      },
      /was not made for clients/,
    ],
  ];
  it.each(cases)('%s is refused, and the installer sees why', async (name, make, reason) => {
    const id = `CC-${name.replaceAll(' ', '-')}`;
    await front.register(id, 3);
    expect(await knock({ id, over: 'tls', secret: null, shown: await make(id) })).toBe(401);
    expect(lastRefusal()).toMatch(reason);
    const [event] = await front.charging.securityEvents.list({ charger: id, limit: 1 });
    expect(event).toMatchObject({ kind: 'CertificateRefused', source: 'server', text: expect.stringMatching(reason) });
  });

  it.each(['ec', 'rsa'] as const)('of a charger that has an %s key opens the door', async (kind) => {
    await front.register(`KEY-${kind}`, 3);
    const shown = await certificateBy(authority, { name: `KEY-${kind}`, at: NOW, kind });
    expect(await knock({ id: `KEY-${kind}`, over: 'tls', secret: null, shown })).toBe(101);
  });

  it('of a further authority that was configured opens the door, and is listed', async () => {
    await front.register('MADE', 3);
    const shown = await certificateBy(manufacturer, { name: 'MADE', at: NOW });
    expect(await knock({ id: 'MADE', over: 'tls', secret: null, shown })).toBe(101);
    expect(await front.charging.certificates.of('MADE', 9)).toMatchObject([
      { state: 'in-use', ours: false, fingerprint: shown.fingerprint },
    ]);
  });

  it('that was revoked opens it no longer', async () => {
    await front.register('GONE', 3);
    const shown = await certificateBy(authority, { name: 'GONE', at: NOW });
    expect(await knock({ id: 'GONE', over: 'tls', secret: null, shown })).toBe(101);
    const [known] = await front.charging.certificates.of('GONE', 1);
    await front.charging.certificates.revoke('GONE', known?.id ?? '', NOW);
    expect(await knock({ id: 'GONE', over: 'tls', secret: null, shown })).toBe(401);
    expect(lastRefusal()).toBe('its client certificate was revoked');
  });
});

describe('the TLS port', () => {
  /** Resolves with the agreed protocol and suite, or with the code of the failure. */
  async function shake(options: ConnectionOptions): Promise<string> {
    const socket = connectTls({
      port: front.tlsPort,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: authority.roots,
      ...options,
    });
    const [error] = await Promise.race([once(socket, 'secureConnect'), once(socket, 'error')]).catch((fault) => [
      fault,
    ]);
    const agreed = `${socket.getProtocol()} ${socket.getCipher()?.standardName}`;
    socket.destroy();
    return error instanceof Error && 'code' in error ? String(error.code) : agreed;
  }

  it.each([
    ['ECDHE-ECDSA-AES128-GCM-SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
    ['ECDHE-ECDSA-AES256-GCM-SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
    ['ECDHE-RSA-AES128-GCM-SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    ['AES128-GCM-SHA256', 'TLS_RSA_WITH_AES_128_GCM_SHA256'],
    ['AES256-GCM-SHA384', 'TLS_RSA_WITH_AES_256_GCM_SHA384'],
  ])('speaks %s', async (ciphers, name) => {
    expect(await shake({ ciphers, maxVersion: 'TLSv1.2' })).toBe(`TLSv1.2 ${name}`);
  });

  it('speaks TLS 1.3', async () => {
    expect(await shake({})).toMatch(/^TLSv1.3 TLS_AES_128_GCM_SHA256$/);
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('refuses %s, and says so', async (version) => {
    const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    expect(await shake(old)).toMatch(/PROTOCOL_VERSION|ALERT/);
    expect(lastRefusal()).toBe('it speaks a version of TLS below 1.2');
  });

  it('refuses suites that OCPP does not have', async () => {
    expect(await shake({ ciphers: 'ECDHE-RSA-AES128-SHA', maxVersion: 'TLSv1.2' })).toMatch(/HANDSHAKE_FAILURE/);
    expect(lastRefusal()).toBe('it offers no cipher suite that OCPP allows');
  });

  it('resumes no session, so that each connection shows its certificate', async () => {
    const first = connectTls({
      port: front.tlsPort,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: authority.roots,
      maxVersion: 'TLSv1.2',
    });
    await once(first, 'secureConnect');
    const session = first.getSession();
    first.destroy();
    const again = connectTls({
      port: front.tlsPort,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: authority.roots,
      maxVersion: 'TLSv1.2',
      ...(session && { session }),
    });
    await once(again, 'secureConnect');
    expect(again.isSessionReused()).toBe(false);
    again.destroy();
  });

  it('answers who speaks no TLS, and the other port who does', async () => {
    await rawRequest(front.tlsPort, upgradeOf('/ocpp/CP-1')).catch(() => '');
    await expect.poll(lastRefusal).toMatch(/speaks no TLS on the TLS port/);
    const socket = connectTls({ port: front.port, host: '127.0.0.1' });
    await once(socket, 'error').catch(() => null);
    await expect.poll(lastRefusal).toMatch(/speaks TLS on the port without/);
  });

  it('gives up on a handshake that never goes on', async () => {
    const slow = await openServer(
      { headersTimeoutMs: 200, tls: { port: 0, names: ['localhost'] } },
      { authority, startsAt: NOW },
    );
    const socket = connectPlain({ port: slow.tlsPort, host: '127.0.0.1' });
    socket.on('error', () => null);
    await once(socket, 'connect');
    socket.write(Buffer.from([0x16, 0x03]));
    const began = systemClock.now();
    await once(socket, 'close');
    // Without the option it would take ten.
    expect(systemClock.now() - began).toBeLessThan(9 * SECOND);
    expect(slow.server.refused().at(0)?.reason).toBe('its TLS handshake took too long');
    await slow[Symbol.asyncDispose]();
  });
});

describe('the certificates of the TLS port', () => {
  it('may come from elsewhere', async () => {
    const certificates = await foreign.serve(['localhost'], NOW);
    await using other = await openServer({ tls: { port: 0, names: [], certificates } }, { authority, startsAt: NOW });
    await other.register('CP-1', 2);
    const wire = await openWire(other.tlsPort, { id: 'CP-1', tls: { ca: foreign.roots, servername: 'localhost' } });
    expect(wire.socket.protocol).toBe('ocpp1.6');
    wire.socket.terminate();
  });

  it('are refused at start when they are no good', async () => {
    const [first, second] = await foreign.serve(['localhost'], NOW);
    const mixed = [{ certificate: first?.certificate ?? '', key: second?.key ?? '' }];
    await expect(
      openServer({ tls: { port: 0, names: [], certificates: mixed } }, { authority, startsAt: NOW }),
    ).rejects.toMatchObject({ code: 'config', message: expect.stringContaining('do not belong together') });
  });

  it('are renewed before they end, while connections stand', async () => {
    const clock = handClock(NOW);
    const ground = { clock, random: seededRandom('tls'), log: silentLog };
    const deps = { log: silentLog, knock: () => Promise.resolve(), refused: () => {}, ground };
    const options = { host: '127.0.0.1', port: 0, names: ['localhost'] };
    const door = createTlsFront({ ...deps, certificates: { authority } }, options);
    const { port } = await door.open();
    // The machine's clock stands still meanwhile.
    const dial = () => connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const serialOf = async () => {
      const socket = dial();
      await once(socket, 'secureConnect');
      const { serialNumber } = socket.getPeerCertificate();
      socket.destroy();
      return serialNumber;
    };
    const standing = dial();
    const before = await serialOf();
    await clock.advance(59 * DAY);
    expect(await serialOf()).toBe(before);
    await clock.advance(2 * DAY);
    await expect.poll(serialOf).not.toBe(before);
    expect(standing.destroyed).toBe(false);
    standing.destroy();
    await door.close();
  });
});
