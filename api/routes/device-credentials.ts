import { z } from 'zod';
import { readSigningRequest } from '#charging/index.ts';
import { CHARGING_STATION } from '#estate/device.ts';
import { PolisError } from '#estate/errors.ts';
import { isoTime } from '#estate/units.ts';
import { addNextSecret, findCredentials } from '#storage/registry.ts';
import { listCertificates, noteCertificate, revokeCertificate, type DeviceCertificate } from '#telemetry/index.ts';
import type { Desk, Routes } from '../desk.ts';
import { deviceId, secretText, timeView } from '../fields.ts';

const tags = ['devices'];
const params = z.strictObject({ id: deviceId });
const MOST_SHOWN = 200;

const certificateView = z
  .object({
    fingerprint: z.string().meta({ description: 'SHA-256, hexadecimal' }),
    serial: z.string(),
    notBefore: timeView,
    notAfter: timeView,
    issuedAt: timeView,
    revokedAt: timeView.nullable(),
  })
  .meta({ id: 'DeviceCertificate' });
const issuedView = certificateView
  .extend({ certificate: z.string().meta({ description: 'PEM; the roots to trust are at GET /v1/ca.pem' }) })
  .meta({ id: 'IssuedDeviceCertificate' });

/** What gateways and sensors sign in with: secrets, or certificates. */
export const deviceCredentials: Routes = (app, desk) => {
  app.post(
    '/v1/devices/:id/secret',
    {
      config: { access: 'manager' },
      schema: {
        tags,
        summary: 'A new secret, shown this once. The one in use stays valid until the device has used the new one',
        params,
        body: z.strictObject({ secret: secretText.optional() }).optional(),
        response: { 201: z.object({ id: z.string(), secret: z.string() }) },
      },
    },
    async ({ params: { id }, body }, reply) => {
      await deviceMustExist(desk, id);
      const secret = body?.secret ?? desk.ground.random.text(40);
      await desk.stores.records.run(addNextSecret, { id, secretMac: desk.secrets.macOf(secret) });
      return reply.code(201).send({ id, secret });
    },
  );

  certificates(app, desk);
};

const certificates: Routes = (app, desk) => {
  const { records } = desk.stores;

  app.post(
    '/v1/devices/:id/certificate',
    {
      config: { access: 'manager' },
      schema: {
        tags,
        summary: 'Sign a certificate for a device, in place of a secret; its common name must be the device’s id',
        params,
        body: z.strictObject({ csr: z.string().max(10_000).meta({ description: 'PKCS #10, PEM' }) }),
        response: { 201: issuedView },
      },
    },
    async ({ params: { id }, body: { csr } }, reply) => {
      await deviceMustExist(desk, id);
      const { authority } = desk.parts.charging.certificates;
      if (authority === null) throw new PolisError('unsupported', 'This installation has no authority of its own.');
      const request = await readSigningRequest(csr, id);
      if ('refused' in request) throw new PolisError('invalid', `The request was not signed: ${request.refused}.`);
      const issuedAt = desk.ground.clock.now();
      const { pem, ...signed } = await authority.sign(request, issuedAt);
      const issued = { ...signed, device: id, issuedAt };
      // On record before it is handed out: one that is not opens nothing.
      await records.run(noteCertificate, issued);
      return reply.code(201).send({ ...view({ ...issued, revokedAt: null }), certificate: pem });
    },
  );

  issuedBefore(app, desk);
};

const issuedBefore: Routes = (app, desk) => {
  const { records } = desk.stores;

  app.get(
    '/v1/devices/:id/certificates',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The certificates that were signed for a device, newest first',
        params,
        response: { 200: z.object({ items: z.array(certificateView) }) },
      },
    },
    async ({ params: { id } }) => {
      await deviceMustExist(desk, id);
      return { items: (await records.run(listCertificates, { device: id, limit: MOST_SHOWN })).map(view) };
    },
  );

  app.delete(
    '/v1/devices/:id/certificates/:fingerprint',
    {
      config: { access: 'manager' },
      schema: {
        tags,
        summary: 'Revoke a certificate of a device: with it, it signs in no longer',
        params: params.extend({ fingerprint: z.string().max(64) }),
        response: { 200: certificateView },
      },
    },
    async ({ params: { id: device, fingerprint } }) => {
      const revoked = await records.run(revokeCertificate, { device, fingerprint, at: desk.ground.clock.now() });
      desk.parts.telemetry.registered(device);
      return view(revoked);
    },
  );
};

async function deviceMustExist({ stores }: Desk, id: string): Promise<void> {
  const known = await stores.records.run(findCredentials, id);
  if (known && known.device.type !== CHARGING_STATION) return;
  throw new PolisError('not-found', `There is no device ${id} that signs in; register it with PUT /v1/devices/${id}.`);
}

function view({ fingerprint, serial, notBefore, notAfter, issuedAt, revokedAt }: DeviceCertificate) {
  return {
    fingerprint,
    serial,
    notBefore: isoTime(notBefore),
    notAfter: isoTime(notAfter),
    issuedAt: isoTime(issuedAt),
    revokedAt: revokedAt === null ? null : isoTime(revokedAt),
  };
}
