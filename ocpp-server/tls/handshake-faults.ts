/** Why a TLS handshake failed, in words for an installer. */
const REASONS: Record<string, string> = {
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks a version of TLS below 1.2',
  ERR_SSL_VERSION_TOO_LOW: 'it speaks a version of TLS below 1.2',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it speaks no TLS on the TLS port: use wss:// or the other port',
  ERR_SSL_HTTP_REQUEST: 'it speaks no TLS on the TLS port: use wss:// or the other port',
  ERR_SSL_NO_SHARED_CIPHER: 'it offers no cipher suite that OCPP allows',
  ERR_SSL_NO_SHARED_SIGNATURE_ALGORITHMS: 'it offers no signature algorithm that fits our certificates',
  ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM: 'it offers no signature algorithm that fits our certificates',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust our certificate: install the roots of GET /v1/ca.pem on it',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    'it does not accept our certificate: install the roots of GET /v1/ca.pem on it, and check its clock',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE:
    'it does not accept our certificate: install the roots of GET /v1/ca.pem on it, and check its clock',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'it takes our certificate for expired: check its clock',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'its TLS handshake took too long',
};

/** What is told of a connection that ended before it named a charger; null: of one that just went away. */
export function reasonOf(error: Error): string | null {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ECONNRESET' || code === 'EPIPE') return null;
  if (isTls(error)) return 'it speaks TLS on the port without: use ws:// or the TLS port';
  return REASONS[code] ?? `its TLS handshake failed (${code || error.message.slice(0, 60)})`;
}

/** Whether what could not be parsed as HTTP begins as TLS does (a handshake record), and no request ever. */
export function isTls(error: Error): boolean {
  const packet = 'rawPacket' in error && error.rawPacket instanceof Buffer ? error.rawPacket : null;
  return packet !== null && packet[0] === 0x16 && packet[1] === 0x03;
}
