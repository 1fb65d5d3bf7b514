import type { Ground } from '#estate/ground.ts';

/** An id that sorts by the time it was made, and cannot be guessed. */
export function newId({ clock, random }: Pick<Ground, 'clock' | 'random'>): string {
  return clock.now().toString(36).padStart(9, '0') + random.text(16);
}

export const newSessionId = newId;

/** Numbers for a new 1.6 transaction: positive, of 31 bits; more than one, should a charger have had the first before. */
export function newTransactions({ random }: Pick<Ground, 'random'>): string[] {
  return Array.from({ length: 4 }, () => String(random.int(1, 2 ** 31 - 1)));
}
