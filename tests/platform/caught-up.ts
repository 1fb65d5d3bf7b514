import { MINUTE } from '#estate/units.ts';
import { type Caller, eventually } from './http.ts';

/** Resolves when the series store has all that is in the journal: who only asks for points waits a second for them at most. */
export async function caughtUp(admin: Caller, patienceMs = MINUTE): Promise<void> {
  const behind = async () => {
    const { body } = await admin.get('/metrics');
    return Number(/^polisgrid_journal_lag\{consumer="series-writer"\} (\d+)/m.exec(String(body))?.[1]);
  };
  await eventually(behind, (left) => left === 0, patienceMs);
}
