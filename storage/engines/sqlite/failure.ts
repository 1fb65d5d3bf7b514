import { PolisError, messageOf } from '#estate/errors.ts';

/** Primary result codes (sqlite.org/rescode.html §3). */
const [BUSY, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB] = [5, 7, 8, 10, 11, 13, 14, 26];

/** No unit's fault, so its whole batch is tried again. */
const STORE_FAILURES = new Set([BUSY, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB]);

const WHAT_TO_DO: Readonly<Record<number, string>> = {
  [BUSY]: 'another program holds it; end that program',
  [READONLY]: 'let polisgrid write to it, and look whether its disk has turned read-only',
  [FULL]: 'make room on its disk',
  [CORRUPT]:
    'it is damaged; stop polisgrid and restore a copy of it, or save what can be saved with .recover of sqlite3',
  [NOTADB]: 'it is damaged, or no store of polisgrid; stop polisgrid and restore a copy of it',
};

/** Whether it is the store that failed, and not what was asked of it. */
export function isStoreFailure(error: unknown): boolean {
  return STORE_FAILURES.has(codeOf(error));
}

/** Whether the file is not what it was when it was written. */
export function isDamage(error: unknown): boolean {
  return codeOf(error) === CORRUPT || codeOf(error) === NOTADB;
}

/** `unavailable`, with the file and what to do. */
export function failureOf(file: string, error: unknown): PolisError {
  const toDo = WHAT_TO_DO[codeOf(error)] ?? 'look at its disk';
  return new PolisError('unavailable', `${file} cannot be used (${messageOf(error)}): ${toDo}.`, { cause: error });
}

/** The low byte of what SQLite answered is its primary code; 0: it was not SQLite. */
function codeOf(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return 0;
  return error.errcode & 0xff;
}
