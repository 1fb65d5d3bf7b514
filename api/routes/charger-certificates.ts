import { z } from 'zod';
import { CERTIFICATE_USES, TRUSTED_FOR, type ChargerCertificate } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { chargerId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';

const tags = ['chargers'];
const params = z.strictObject({ id: chargerId });
const MOST_SHOWN = 200;

const certificateView = z
  .object({
    id: z.string(),
    use: z.enum(CERTIFICATE_USES),
    state: z.enum(['refused', 'signed', 'accepted', 'rejected', 'in-use', 'replaced', 'revoked']),
    reason: z.string().nullable(),
    serial: z.string().nullable(),
    fingerprint: z.string().nullable().meta({ description: 'SHA-256, hexadecimal' }),
    notBefore: timeView.nullable(),
    notAfter: timeView.nullable(),
    ours: z.boolean().meta({ description: 'Signed by the authority of this installation' }),
    issuedAt: timeView,
    usedAt: timeView.nullable().meta({ description: 'When the charger first signed in with it' }),
    overlapUntil: timeView.nullable().meta({ description: 'Until when it may be used beside its successor' }),
  })
  .meta({ id: 'ChargerCertificate' });

const installedView = z
  .object({
    type: z.enum(TRUSTED_FOR),
    hashAlgorithm: z.string(),
    issuerNameHash: z.string(),
    issuerKeyHash: z.string(),
    serial: z.string(),
    seenAt: timeView,
  })
  .meta({ id: 'InstalledCertificate' });

/** The certificates that chargers have, those that they trust, and the roots of this installation. */
export const chargerCertificates: Routes = (app, desk) => {
  app.get(
    '/v1/ca.pem',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'The root certificates of this installation, for installers: what chargers have to trust',
        response: { 200: { description: 'PEM', content: { 'application/x-pem-file': { schema: z.string() } } } },
      },
    },
    async (_request, reply) => {
      const { authority } = desk.parts.charging.certificates;
      if (authority === null) throw new PolisError('not-found', 'This installation has no authority of its own.');
      return reply.type('application/x-pem-file').serializer(String).send(authority.roots);
    },
  );

  app.get(
    '/v1/chargers/:id/certificates',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The certificates of a charger and its requests for some, newest first',
        params,
        response: { 200: z.object({ items: z.array(certificateView) }) },
      },
    },
    async ({ params: { id } }) => {
      await chargerMustExist(desk, id);
      return { items: (await desk.parts.charging.certificates.of(id, MOST_SHOWN)).map(view) };
    },
  );

  app.delete(
    '/v1/chargers/:id/certificates/:certificate',
    {
      config: { access: 'manager' },
      schema: {
        tags,
        summary: 'Revoke a certificate of a charger: with it, it signs in no longer',
        params: params.extend({ certificate: z.string().max(64) }),
        response: { 200: certificateView },
      },
    },
    async ({ params: { id, certificate } }) => {
      const revoked = await desk.parts.charging.certificates.revoke(id, certificate, desk.ground.clock.now());
      desk.parts.ocpp.disconnect(id, 'Its certificate was revoked.');
      return view(revoked);
    },
  );

  trusted(app, desk);
};

const trusted: Routes = (app, desk) => {
  app.get(
    '/v1/chargers/:id/installed-certificates',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The certificates that a charger trusts, as it last listed them (command list-certificates)',
        params,
        response: { 200: z.object({ items: z.array(installedView) }) },
      },
    },
    async ({ params: { id } }) => {
      await chargerMustExist(desk, id);
      const installed = await desk.parts.charging.certificates.installed(id);
      return { items: installed.map((one) => ({ ...one, seenAt: isoTime(one.seenAt) })) };
    },
  );
};

function view(certificate: ChargerCertificate): z.input<typeof certificateView> {
  const { notBefore, notAfter, issuedAt, usedAt, overlapUntil } = certificate;
  return {
    ...certificate,
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    issuedAt: isoTime(issuedAt),
    usedAt: timeOf(usedAt),
    overlapUntil: timeOf(overlapUntil),
  };
}

function timeOf(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}
