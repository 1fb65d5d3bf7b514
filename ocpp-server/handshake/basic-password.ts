/**
 * The password of an `Authorization: Basic` header, as bytes, since it may be binary. The identity may contain a colon,
 * which ends a user name elsewhere; some chargers send another user name or none, so that it proves nothing.
 */
export function basicPassword(header: string | undefined, identity: string): Uint8Array | null {
  const encoded = /^\s*Basic\s+([A-Za-z0-9+/_=-]+)\s*$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const pair = Buffer.from(encoded, 'base64');
  const user = Buffer.from(`${identity}:`);
  if (pair.subarray(0, user.length).equals(user)) return pair.subarray(user.length);
  const colon = pair.indexOf(':');
  return colon < 0 ? null : pair.subarray(colon + 1);
}

/**
 * A key of 1.6 is set as hexadecimal digits. Some chargers sign in with these, others, as the security whitepaper
 * (edition 3, §2.4) has it, with the bytes that they stand for.
 */
export function formsOf(password: Uint8Array): (Uint8Array | string)[] {
  const digits = Buffer.from(password).toString('hex');
  return [password, digits, digits.toUpperCase()];
}
