import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Site, SiteState } from '../api/contract.ts';
import { count } from '../format/quantity.ts';
import { Mark, siteTone } from '../ui/state.tsx';
import { useLocale } from '../ui/use-locale.ts';
import { countByState, SITE_STATES } from './worst-first.ts';

/** The states with their marks and how many sites are in each: legend and filter at once. */
export function StateFilter(props: {
  sites: readonly Site[];
  value: SiteState | undefined;
  onChange: (state: SiteState | undefined) => void;
}) {
  const { t } = useTranslation();
  const { locale } = useLocale();
  const counts = countByState(props.sites);
  return (
    <ToggleButtonGroup
      className="state-filter"
      aria-label={t('sites.filter')}
      selectionMode="single"
      selectedKeys={props.value ? [props.value] : []}
      onSelectionChange={(keys) => props.onChange(SITE_STATES.find((state) => keys.has(state)))}
    >
      {SITE_STATES.map((state) => (
        <ToggleButton key={state} id={state} className="state-chip">
          <Mark tone={siteTone(state)} />
          {t(`siteState.${state}`)}
          <span className="state-chip-count">{count(counts[state], locale)}</span>
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
