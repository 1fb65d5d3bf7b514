import { constants } from 'node:crypto';
import type { ServerOptions } from 'node:https';

/** OCPP's own suites (OCPP 2.0.1 part 2 §A.1.3.7; 1.6 security whitepaper §2.6), those with forward secrecy first. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
];

/**
 * How TLS is spoken with chargers. Each is asked for a certificate, and let through without one or with a bad one, so
 * that the handshake that follows can say which charger it was and why it may not come in. No session is resumed: each
 * connection shows its certificate anew.
 */
export const TLS_RULES: ServerOptions = {
  minVersion: 'TLSv1.2',
  ciphers: CIPHERS.join(':'),
  honorCipherOrder: true,
  requestCert: true,
  rejectUnauthorized: false,
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
};
