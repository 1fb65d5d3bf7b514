import { z } from 'zod';
import type { Block } from '../messages/block.ts';
import { inbound } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { text } from '../messages/tolerant.ts';

/** Vendors' own messages (OCPP 1.6 §4.3, OCPP 2.0.1 use cases P01, P02). No vendor's extension is spoken here. */
export const dataTransfer: Block = {
  inbound: [
    inbound('DataTransfer', z.object({ vendorId: text }), () => Promise.resolve({ status: 'UnknownVendorId' })),
  ],
  outbound: [outbound('DataTransfer')],
  phrases: {
    'data-transfer': ({ vendor, message, data }) => ({
      action: 'DataTransfer',
      payload: {
        vendorId: vendor,
        ...(message === undefined ? {} : { messageId: message }),
        ...(data === undefined ? {} : { data }),
      },
    }),
  },
};
