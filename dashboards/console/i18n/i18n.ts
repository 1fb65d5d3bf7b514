import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import { it } from './it.ts';

export const LANGUAGES = { it: 'Italiano', en: 'English' } as const;
export type Language = keyof typeof LANGUAGES;

/** The language that was asked for (also `en-GB`), when the console speaks it. */
export function languageOf(tag: string | null | undefined): Language | null {
  const base = tag?.slice(0, 2).toLowerCase();
  return base === 'it' || base === 'en' ? base : null;
}

/** Starts speaking. What is on the screen changes with i18next.changeLanguage. */
export async function startSpeaking(language: Language): Promise<void> {
  i18next.on('languageChanged', (tag) => {
    document.documentElement.lang = tag;
  });
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, it: { translation: it } },
    interpolation: { escapeValue: false },
  });
}

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}
