import { useTranslation } from 'react-i18next';
import { kilowattHours, kilowatts } from '../format/quantity.ts';

/** The estate is in Europe: English here has the day before the month and a clock of 24 hours. */
const LOCALES: Record<string, string> = { en: 'en-GB', it: 'it-IT' };

/** The reader's locale, and numbers in it. */
export function useLocale() {
  const { language } = useTranslation().i18n;
  const locale = LOCALES[language] ?? language;
  return {
    locale,
    kw: (powerW: number | null) => kilowatts(powerW, locale),
    kwh: (energyWh: number | null) => kilowattHours(energyWh, locale),
  };
}
