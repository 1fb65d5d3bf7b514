import { z } from 'zod';
import { inbound } from './inbound.ts';
import { text } from './tolerant.ts';

/** A vendor's own message (OCPP 1.6 §4.3, OCPP 2.0.1 use case P01). No vendor's extension is spoken here. */
export const dataTransfer = inbound('DataTransfer', z.object({ vendorId: text }), () =>
  Promise.resolve({ status: 'UnknownVendorId' }),
);
