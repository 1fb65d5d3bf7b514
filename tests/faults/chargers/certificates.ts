import { once } from 'node:events';
import { connect, type ConnectionOptions } from 'node:tls';
import { DAY, SECOND } from '#estate/units.ts';
import { csrFor, type Request } from '../../../charging/certificates/specimens.ts';
import { certificateBy, selfSigned, type Shown } from '../../../ocpp-server/specimens/certificates.ts';
import { pass, type Bed, type Fault } from './bed.ts';

/** A charger of security profile 3 that shows a certificate. */
function shows(name: string, make: (bed: Bed, id: string) => Promise<Shown>, expected: string): Fault {
  return {
    name,
    expected,
    async observe(bed) {
      const id = await bed.newId(3);
      const shown = await make(bed, id);
      const seen = await bed.knock({ id, secret: null, tls: { ca: bed.authority.roots, ...shown } });
      return seen.replace(/ \(issued by .*\)$/, '');
    },
  };
}

/** A charger that wants a certificate: what it is answered, and what is listed of it. */
function asks(name: string, how: Request, expected: string): Fault {
  return {
    name,
    expected,
    async observe(bed) {
      const { id, wire } = await bed.connect();
      const { csr } = await csrFor(id, how);
      const [, , answer] = await wire.call('SignCertificate', { csr });
      const [asked] = await bed.specimen.charging.certificates.of(id, 1);
      return `${JSON.stringify(answer)}, ${asked?.state ?? 'nothing'}`;
    },
  };
}

/** A connection cut in the middle of a password rotation: before the charger took the new one, or after. */
function cut(name: string, when: 'before' | 'after', expected: string): Fault {
  return {
    name,
    expected,
    async observe(bed) {
      const { specimen } = bed;
      const { id, wire } = await bed.connect();
      const rotated = specimen.server.command(id, { command: 'rotate-password' }).catch(() => null);
      const secret = secretIn(await wire.next());
      wire.socket.terminate();
      await wire.closed;
      await pass(bed, SECOND);
      await rotated;
      const knocks = when === 'before' ? [{ id }] : [{ id, secret }, { id }];
      const seen: string[] = [];
      for (const dial of knocks) seen.push((await bed.knock(dial)).split(':')[0] ?? '');
      return seen.join(', then ');
    },
  };
}

/** 1.6 is told its new password as hexadecimal digits. */
function secretIn(call: unknown[]): string {
  return (call[3] as { value: string }).value;
}

/** A TLS handshake by hand: the version that was agreed, or why none was. */
async function handshake({ specimen, authority }: Bed, options: ConnectionOptions): Promise<string> {
  const socket = connect({ port: specimen.tlsPort, host: '127.0.0.1', ca: authority.roots, ...options });
  try {
    await once(socket, 'secureConnect');
    return socket.getProtocol() ?? '';
  } catch {
    return specimen.server.refused().at(0)?.reason ?? 'refused';
  } finally {
    socket.destroy();
  }
}

export const CERTIFICATE_FAULTS: Fault[] = [
  shows(
    'a client certificate as it should be',
    ({ authority, now }, name) => certificateBy(authority, { name, at: now() }),
    '101',
  ),
  shows(
    'an expired client certificate',
    ({ authority, now }, name) => certificateBy(authority, { name, at: now() - 400 * DAY }),
    '401: its client certificate has expired',
  ),
  shows(
    'a client certificate of a foreign authority',
    ({ stranger, now }, name) => certificateBy(stranger, { name, at: now() }),
    '401: its client certificate was signed by an authority that is not trusted here',
  ),
  shows('a self-signed client certificate', (_bed, id) => selfSigned(id), '401: its client certificate is self-signed'),
  {
    name: 'TLS 1.0',
    observe: (bed) => handshake(bed, { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    expected: 'it speaks a version of TLS below 1.2',
  },
  {
    name: 'TLS 1.2',
    observe: (bed) => handshake(bed, { maxVersion: 'TLSv1.2' }),
    expected: 'TLSv1.2',
  },
  cut('a cut before the charger took its new password', 'before', '101'),
  cut('a cut after it took it, before its answer came; then the old one', 'after', '101, then 401'),
  asks('a signing request with a foreign name', { name: 'SOMEBODY' }, '{"status":"Rejected"}, refused'),
  asks('a signing request with a bad signature', { forged: true }, '{"status":"Rejected"}, refused'),
  asks('a signing request of 1,024 bits', { kind: 'rsa', bits: 1_024 }, '{"status":"Rejected"}, refused'),
  asks(
    'a signing request of 100 kB',
    { dressed: (pem) => pem.padEnd(100_000, '\n') },
    '{"status":"Rejected"}, refused',
  ),
];
