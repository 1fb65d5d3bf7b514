import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { alarmsQuery } from '../api/queries.ts';
import { useTitle } from '../app/use-title.ts';
import { useLive } from '../live/use-live.ts';
import { Answer } from '../ui/answer.tsx';
import { Choices } from '../ui/choices.tsx';
import { Empty } from '../ui/feedback.tsx';
import { AlarmList } from './alarm-list.tsx';

/** All alarms of the estate. */
export function AlarmsPage() {
  const { t } = useTranslation();
  useTitle(t('alarms.title'));
  useLive(null);
  const { which } = useSearch({ from: '/shell/alarms' });
  const navigate = useNavigate();
  const alarms = useQuery(alarmsQuery(which === 'all' ? {} : { active: true }));
  return (
    <>
      <div className="page-head">
        <h1>{t('alarms.title')}</h1>
        <Choices
          label={t('alarms.which')}
          options={[
            { id: 'active', label: t('alarms.active') },
            { id: 'all', label: t('alarms.all') },
          ]}
          value={which ?? 'active'}
          onChange={(chosen) => void navigate({ to: '/alarms', search: chosen === 'all' ? { which: chosen } : {} })}
        />
      </div>
      <section className="card" aria-label={t('alarms.title')}>
        <h2 className="visually-hidden">{t(which === 'all' ? 'alarms.all' : 'alarms.active')}</h2>
        <Answer to={alarms}>
          {(found) =>
            found.length === 0 ? (
              <Empty
                icon="check"
                title={t(which === 'all' ? 'alarms.noneEver' : 'alarms.none')}
                hint={t('alarms.noneHint')}
              />
            ) : (
              <AlarmList alarms={found} withSite />
            )
          }
        </Answer>
      </section>
    </>
  );
}
