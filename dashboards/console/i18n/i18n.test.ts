import { expect, test } from 'vitest';
import { en } from './en.ts';
import { languageOf } from './i18n.ts';
import { it } from './it.ts';

function entries(value: object, path = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, said]: [string, unknown]) =>
    typeof said === 'object' && said !== null ? entries(said, `${path}${key}.`) : [[path + key, String(said)]],
  );
}

const slots = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).toSorted();

test('Italian and English say the same things, none of them empty', () => {
  expect(entries(it).map(([key]) => key)).toEqual(entries(en).map(([key]) => key));
  for (const [key, said] of [...entries(en), ...entries(it)]) expect(said.trim(), key).not.toBe('');
});

test('a sentence has the same blanks to fill in both languages', () => {
  const italian = new Map(entries(it));
  for (const [key, said] of entries(en)) expect(slots(italian.get(key) ?? ''), key).toEqual(slots(said));
});

test.each([
  ['it-CH', 'it'],
  ['EN-gb', 'en'],
  ['de', null],
  [null, null],
] as const)('for a reader of %s the language is %s', (tag, language) => expect(languageOf(tag)).toBe(language));
