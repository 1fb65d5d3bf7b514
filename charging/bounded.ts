import { createHash } from 'node:crypto';
import type { TransactionReport } from './domain.ts';

/** More than any version of OCPP allows; an index of PostgreSQL holds no more than some 2,700 bytes. */
const LONGEST_ID = 255;

/** The report with its ids no longer than an index can hold: a longer one keeps its beginning and stays unmistakable. */
export function bounded(report: TransactionReport): TransactionReport {
  const { transaction, token } = report;
  return { ...report, transaction: transaction && shortened(transaction), token: token && shortened(token) };
}

export function shortened(id: string): string {
  if (id.length <= LONGEST_ID) return id;
  const hash = createHash('sha256').update(id).digest('hex');
  return `${id.slice(0, LONGEST_ID - hash.length - 1).toWellFormed()}~${hash}`;
}
