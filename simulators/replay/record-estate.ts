import { z } from 'zod';
import type { Target } from '../target.ts';
import { traced, type TraceLine } from './trace.ts';
import type { TraceWriter } from './trace-writer.ts';

const numberedSession = traced.session.extend({ id: z.string() });

export interface EstateRecorder {
  /** Writes the estate of an instance; of one that was written before, only what is new or has changed. */
  write(): Promise<void>;
  /** Whether a charger or device was written. */
  knows(id: string): boolean;
}

export function createEstateRecorder(target: Target, writer: Pick<TraceWriter, 'write'>): EstateRecorder {
  const written = new Map<string, string>();
  const peers = new Set<string>();
  const put = (name: string, line: TraceLine) => {
    const content = JSON.stringify(line);
    if (written.get(name) === content) return;
    written.set(name, content);
    writer.write(line);
    if (line.kind === 'charger' || line.kind === 'device') peers.add(line.id);
  };
  return {
    knows: (id) => peers.has(id),
    async write() {
      for await (const one of target.all('/v1/sites', traced.site)) put(`site/${one.id}`, { kind: 'site', ...one });
      for await (const one of target.all('/v1/chargers', traced.charger))
        put(`charger/${one.id}`, { kind: 'charger', ...one });
      for await (const one of target.all('/v1/devices', traced.device))
        put(`device/${one.site}/${one.id}`, { kind: 'device', ...one });
      for await (const one of target.all('/v1/tokens', traced.token))
        put(`token/${one.token}`, { kind: 'token', ...one });
    },
  };
}

/** The newest session of an instance; null: it has none. */
export async function newestSession(target: Target): Promise<string | null> {
  const page = await target.get('/v1/sessions?limit=1', z.object({ items: z.array(numberedSession) }));
  return page.items[0]?.id ?? null;
}

/** Writes the sessions that came after one of them, as they are now; null: all. */
export async function recordSessions(target: Target, writer: TraceWriter, after: string | null): Promise<void> {
  for await (const { id, ...session } of target.all('/v1/sessions', numberedSession)) {
    if (id === after) return;
    writer.write({ kind: 'session', ...session });
    await writer.room();
  }
}
