import { PolisError } from '#estate/errors.ts';

/** The number of a transaction of 1.6. */
export function transactionId(transaction: string): number {
  const id = /^-?\d+$/.test(transaction) ? Number(transaction) : NaN;
  if (Number.isSafeInteger(id)) return id;
  throw new PolisError('invalid', `${transaction} is no transaction of an OCPP 1.6 charger: those are whole numbers.`);
}
