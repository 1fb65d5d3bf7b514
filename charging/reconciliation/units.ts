import { activeTransactions, giveUpGaps, noteTransactionStatus, recountLate, tornTransactions } from './gaps.ts';
import { listDoubtful } from './list.ts';
import { settleSession } from './settle.ts';
import { closeSilent } from './silence.ts';
import { sealOld } from './trim.ts';

export const reconciliationUnits = [
  listDoubtful,
  settleSession,
  noteTransactionStatus,
  activeTransactions,
  tornTransactions,
  giveUpGaps,
  recountLate,
  closeSilent,
  sealOld,
];
