import { z } from 'zod';
import type { Block } from '../messages/block.ts';
import { inbound } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { integer, maybe, text } from '../messages/tolerant.ts';
import { idTokenOf } from './authorization.ts';

/** What it is about to tell is kept for a day, and only because it was asked for (use cases N09, N10). */
const askCustomerInformation = outbound('CustomerInformation', {
  request: z.object({ requestId: integer, report: maybe(z.boolean()), clear: maybe(z.boolean()) }),
  response: z.object({ status: text }),
  async asking({ request: { requestId: request, report = false, clear: cleared = false }, charger, desk, at }) {
    if (report) await desk.charging.customerReports.asked({ charger: charger.id, request, cleared, at });
  },
  async answered({ request, response, charger, desk }) {
    if (response.status !== 'Accepted') await desk.charging.customerReports.refused(charger.id, request.requestId);
  },
  async unanswered({ request, outcome, charger, desk }) {
    // It may have heard us, and tell all the same.
    if (outcome === 'timed-out' || outcome === 'unknown') return;
    await desk.charging.customerReports.refused(charger.id, request.requestId);
  },
});

/** A part of what it knows; only what was asked for is kept, for it is personal (use cases N09, N10). */
const notifyCustomerInformation = inbound(
  'NotifyCustomerInformation',
  z.object({ requestId: integer, seqNo: maybe(integer), tbc: maybe(z.boolean()), data: maybe(text) }),
  async ({ requestId: request, seqNo = 0, tbc: more = false, data: said = '' }, { charger, desk }) => {
    await desk.charging.customerReports.told({ charger: charger.id, request, seqNo, more, text: said });
    return {};
  },
);

/** What stations know of a customer (OCPP 2.0.1 use cases N09, N10). */
export const customerInformation: Block = {
  inbound: [notifyCustomerInformation],
  outbound: [askCustomerInformation],
  phrases: {
    'customer-information': async ({ report, clear, customer, token, certificate }, { random, charging }) => ({
      action: 'CustomerInformation',
      payload: {
        requestId: random.int(1, 2 ** 31 - 1),
        report,
        clear,
        ...(customer === undefined ? {} : { customerIdentifier: customer }),
        ...(token === undefined ? {} : { idToken: idTokenOf(token, await charging.token(token)) }),
        ...(certificate === undefined ? {} : { customerCertificate: certificate }),
      },
    }),
  },
};
