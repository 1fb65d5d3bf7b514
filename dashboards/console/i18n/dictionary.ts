import type { en } from './en.ts';

type Said<T> = { [Key in keyof T]: T[Key] extends string ? string : Said<T[Key]> };

/** What each language must be able to say. */
export type Dictionary = Said<typeof en>;

/** Whether a part of the dictionary has this key: words that come from outside may be new to us. */
export function isSaid<T extends object>(part: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(part, key);
}
