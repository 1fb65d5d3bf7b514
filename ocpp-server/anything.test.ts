import fc from 'fast-check';
import schemas16 from 'ocpp-rpc/lib/schemas/ocpp1_6.json' with { type: 'json' };
import schemas201 from 'ocpp-rpc/lib/schemas/ocpp2_0_1.json' with { type: 'json' };
import { expect, test } from 'vitest';
import type { Protocol } from '#charging/index.ts';
import { openServer } from './specimens/server.ts';
import { v16 } from './v16/index.ts';
import { v201 } from './v201/index.ts';
import { readFrame } from './wire/frame.ts';

const SEED = 20260518;

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(-1, 0, 1, 99, 1e9, 1e300, 2 ** 63, '1,5', 'NaN', '', '__proto__', '1970-01-01T00:00:00Z', null),
  fc.constantFrom('Started', 'Ended', 'Charging', '2099-12-31T23:59:59+14:00', '\ud800', '\0', 'x'.repeat(300)),
);

const valueOrList = fc.oneof(odd, fc.array(odd, { maxLength: 3 }));

/** Payloads with the fields of an action, and almost anything in them. */
function payloads(schema: { properties?: object } | undefined): fc.Arbitrary<unknown> {
  const fields = Object.keys(schema?.properties ?? {});
  const nested = fc.dictionary(fc.constantFrom('transactionId', 'idToken', 'id', 'sampledValue', 'value'), valueOrList);
  const field = fc.oneof(valueOrList, nested, fc.array(nested, { maxLength: 2 }));
  return fc.record(Object.fromEntries(fields.map((name) => [name, field])), { requiredKeys: [] });
}

const versions = [
  ['ocpp1.6', v16.inbound, schemas16],
  ['ocpp2.0.1', v201.inbound, schemas201],
] as const;

test.each(versions)(
  'whatever a call of %s holds, it is answered, and never as a defect of ours',
  async (...version) => {
    const [protocol, inbound, schemas]: readonly [
      Protocol,
      typeof v16.inbound,
      readonly { $id: string; properties?: object }[],
    ] = version;
    await using specimen = await openServer();
    const wire = await specimen.connect('C1', protocol);
    for (const { action } of inbound) {
      const schema = schemas.find(({ $id }) => $id === `urn:${action}.req`);
      for (const payload of fc.sample(payloads(schema), { numRuns: 40, seed: SEED })) {
        const [type, , code] = await wire.call(action, payload);
        expect([3, 4], JSON.stringify(payload)).toContain(type);
        expect(code, `${action} ${JSON.stringify(payload)}`).not.toBe('InternalError');
      }
    }
  },
);

test('whatever text arrives, it is sorted', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (frame) => {
      expect(['call', 'answer', 'malformed']).toContain(readFrame(frame).kind);
    }),
    { seed: SEED },
  );
});
