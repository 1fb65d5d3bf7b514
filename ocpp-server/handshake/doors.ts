import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { TlsOptions } from '../tls/server-certificates.ts';
import { admit, type AdmissionDeps } from './admission.ts';
import { createFront, type FrontDeps, type FrontOptions } from './front.ts';
import { createTlsFront } from './tls-front.ts';

/** The ports at which chargers knock: one plain and, where it is wanted, one behind TLS. */
export interface Doors {
  /** @throws PolisError `config` when a port cannot be had, or a certificate is no good. */
  open(): Promise<{ port: number; tlsPort: number | null }>;
  close(): Promise<void>;
}

export function createDoors(
  { admission, ground }: { admission: AdmissionDeps; ground: Ground },
  { tls, ...options }: FrontOptions & { tls?: TlsOptions },
): Doors {
  const { log, refusals } = admission;
  const { certificates } = admission.charging;
  const deps: FrontDeps = {
    log,
    knock: (knock) => admit(knock, admission),
    refused: (claim) => refusals.note(claim),
  };
  const plain = createFront(deps, options);
  const secure = tls && createTlsFront({ ...deps, certificates, ground }, { ...options, ...tls });
  return {
    async open() {
      const { port } = await plain.open();
      if (!secure) return { port, tlsPort: null };
      try {
        return { port, tlsPort: (await secure.open()).port };
      } catch (error) {
        log.debug({ error: messageOf(error) }, 'The TLS port stays closed, and so does the other.');
        await plain.close();
        throw error;
      }
    },
    close: async () => void (await Promise.all([plain.close(), secure?.close()])),
  };
}
