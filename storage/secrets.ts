import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';

/**
 * Secrets of devices. They are random and 40 characters long, so a keyed hash is enough (and 5,000 logins cost a
 * hundredth of a second); slow hashes are for what people choose.
 */
export interface SecretBox {
  /** HMAC-SHA-256 of a secret under this installation's key, hex. */
  macOf(secret: string | Uint8Array): string;
  /** Compares in constant time. A device that is not known is compared against a mac of nobody, in the same time. */
  matches(secret: string | Uint8Array, mac: string | null | undefined): boolean;
}

export function createSecretBox(key: Uint8Array): SecretBox {
  const macOf = (secret: string | Uint8Array) => createHmac('sha256', key).update(secret).digest('hex');
  const nobody = macOf(randomBytes(32));
  return {
    macOf,
    matches(secret, mac) {
      const equal = timingSafeEqual(Buffer.from(macOf(secret)), Buffer.from(mac?.length === 64 ? mac : nobody));
      return equal && mac !== null && mac !== undefined;
    },
  };
}

/** Reads the installation's key, or makes it (readable by its owner alone). */
export async function loadSecretKey(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
  }
  const key = randomBytes(32);
  await writeFile(file, key, { mode: 0o600, flag: 'wx' });
  await chmod(file, 0o600);
  return key;
}
