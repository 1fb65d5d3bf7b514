import { systemClock } from '#estate/clock.ts';
import { messageOf } from '#estate/errors.ts';
import { secureRandom } from '#estate/random.ts';
import { createTarget } from '../../target.ts';
import type { Befallen, BefallenTarget, End } from '../fault.ts';
import type { Scene, Stranger } from './stranger.ts';
import { STRANGERS } from './strangers.ts';

/**
 * Registers a charger and a gateway for strangers, and lets one come after the other, again and again until the end.
 * Each that is not met as it must be is reported once. Of who is still there at the end nothing is told: some wait long.
 */
export function beginVisits(
  { target, came, report }: Pick<Befallen, 'target' | 'came' | 'report'>,
  { pauseMs, strangers = STRANGERS }: { pauseMs: number; strangers?: readonly Stranger[] },
): End {
  const ending = new AbortController();
  const reported = new Set<string>();
  const visits = async () => {
    const scene = await prepare(target);
    for (let n = 0; !ending.signal.aborted; n = (n + 1) % strangers.length) {
      const stranger = strangers[n];
      if (!stranger) return;
      const wrong = await whatIsWrong(stranger, scene);
      if (ending.signal.aborted) return;
      came(stranger.name);
      if (wrong !== null && !reported.has(stranger.name)) {
        reported.add(stranger.name);
        report(wrong);
      }
      await systemClock.sleep(pauseMs, ending.signal);
    }
  };
  visits().catch((error: unknown) => {
    if (!ending.signal.aborted) report(`Strangers could not be sent: ${messageOf(error)}`);
  });
  return () => ending.abort();
}

/** What is seen of a stranger that must not be, in a sentence; null: all is well. */
export async function whatIsWrong(stranger: Stranger, scene: Scene): Promise<string | null> {
  const { name, expected } = stranger;
  const must = `must be ${expected.join(' or ')}`;
  try {
    const seen = await stranger.act(scene);
    return expected.includes(seen) ? null : `A stranger: ${name} ${must}; it was: ${seen}.`;
  } catch (error) {
    return `A stranger: ${name} ${must}; it could not even try: ${messageOf(error)}`;
  }
}

/** A charger and a gateway that are nobody else's. */
export async function prepare(target: BefallenTarget): Promise<Scene> {
  const { api, key, site, ocppUrl, mqttUrl, mqttRoot } = target;
  const charger = { id: `${site}-stranger`, secret: secureRandom.text(40) };
  const gateway = { id: `${site}-stranger-gw`, site, secret: secureRandom.text(40) };
  await createTarget({ url: api, key }).putAll([
    { path: `/v1/chargers/${charger.id}`, body: { site, secret: charger.secret, synthetic: true } },
    { path: `/v1/devices/${gateway.id}`, body: { site, type: 'gateway', secret: gateway.secret, synthetic: true } },
  ]);
  return { api, key, ocppUrl, mqttUrl, mqttRoot, charger, gateway };
}
