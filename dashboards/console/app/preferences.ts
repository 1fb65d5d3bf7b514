import i18next from 'i18next';
import { languageOf, type Language } from '../i18n/i18n.ts';

/** What a reader chose, kept in this browser. */

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const THEME_KEY = 'polisgrid.theme';
const LANGUAGE_KEY = 'polisgrid.language';

export function chosenTheme(): Theme {
  const kept = recall(THEME_KEY);
  return THEMES.find((theme) => theme === kept) ?? 'system';
}

export function chooseTheme(theme: Theme): void {
  keep(THEME_KEY, theme);
  showTheme(theme);
}

/** Sets the colours of the page; what draws on a canvas listens to `theme`. */
export function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  globalThis.dispatchEvent(new Event('theme'));
}

/** The language that was chosen here, else the browser's, else Italian. */
export function chosenLanguage(): Language {
  const wishes = [recall(LANGUAGE_KEY), ...navigator.languages].map(languageOf);
  return wishes.find((language) => language !== null) ?? 'it';
}

export async function chooseLanguage(language: Language): Promise<void> {
  keep(LANGUAGE_KEY, language);
  await i18next.changeLanguage(language);
}

// A browser may forbid storage: then a choice holds until the page is closed.
function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // It holds until the page is closed.
  }
}
