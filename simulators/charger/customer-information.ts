import { isoTime } from '#estate/units.ts';
import { z } from 'zod';
import type { Answer } from './calls.ts';
import { type Controls, handler, type Handler, statusOnly } from './dialect.ts';
import { inParts, tell } from './tell.ts';

const asked = z.object({
  requestId: z.int(),
  report: z.boolean(),
  clear: z.boolean(),
  customerIdentifier: z.string().optional(),
  idToken: z.object({ idToken: z.string() }).optional(),
  customerCertificate: z.unknown().optional(),
});

/** A message holds 512 characters; shorter ones show how parts are joined. */
const IN_PIECES = /.{1,64}/gsu;

/** All that it knows of a customer: the session that runs with their card. */
function known({ charger, memory }: Controls, token: string | undefined): string {
  if (token === undefined || memory.forgotten.includes(token)) return 'Nothing is known of this customer.';
  const sessions = charger.outlets.flatMap(({ evse, session }) =>
    session?.token === token ? [`${token} charges at EVSE ${evse} since ${isoTime(session.startedAt)}.`] : [],
  );
  return sessions.join(' ') || 'Nothing is known of this customer.';
}

function inform({ requestId, report, clear, ...who }: z.infer<typeof asked>, controls: Controls): Answer {
  if (Object.values(who).filter((one) => one !== undefined).length !== 1) return statusOnly('Invalid');
  const token = who.idToken?.idToken;
  const text = known(controls, token);
  return statusOnly('Accepted', () => {
    if (clear && token !== undefined) controls.memory.forgotten.push(token);
    const generatedAt = isoTime(controls.now());
    const said = report ? text : 'It is forgotten.';
    const parts = inParts(said.match(IN_PIECES) ?? [], 1).map(({ part, seqNo, tbc }) => ({
      action: 'NotifyCustomerInformation',
      payload: { requestId, seqNo, tbc, generatedAt, data: part.join('') },
    }));
    tell(controls, ...parts);
  });
}

/** What a 2.0.1 station knows of its customers (use cases N09, N10). */
export const customerHandlers: Record<string, Handler> = {
  CustomerInformation: handler(asked, 'FormatViolation', inform),
};
