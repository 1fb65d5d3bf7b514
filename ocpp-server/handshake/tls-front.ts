import type { Certificates } from '#charging/index.ts';
import type { Cancel } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import { createServerCertificates, type TlsOptions } from '../tls/server-certificates.ts';
import { createFront, type Front, type FrontDeps, type FrontOptions } from './front.ts';

/** The second door, behind TLS. Its certificates are renewed while it stands open. */
export function createTlsFront(
  deps: FrontDeps & { certificates: Pick<Certificates, 'authority'>; ground: Ground },
  options: FrontOptions & TlsOptions,
): Pick<Front, 'open' | 'close'> {
  const { certificates, ground } = deps;
  const front = createFront(deps, options);
  let stopWatching: Cancel = () => {};
  return {
    async open() {
      const { authority } = certificates;
      if (authority === null) throw new PolisError('config', 'The TLS port needs a certificate authority.');
      const authorities = [authority.roots, ...(options.chargerAuthorities ?? [])];
      const shown = createServerCertificates({ authority, ground }, options);
      const opened = await front.open({ certificates: await shown.load(), authorities });
      stopWatching = shown.watch((renewed) => front.renew({ certificates: renewed, authorities }));
      return opened;
    },
    close() {
      stopWatching();
      return front.close();
    },
  };
}
