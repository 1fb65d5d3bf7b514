import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { alarmsQuery } from '../api/queries.ts';
import { Answer } from '../ui/answer.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/feedback.tsx';
import { AlarmList } from './alarm-list.tsx';

/** The active alarms of one site. */
export function AlarmsCard({ site }: { site: string }) {
  const { t } = useTranslation();
  const alarms = useQuery(alarmsQuery({ site, active: true }));
  return (
    <Card title={t('site.alarms')} flush>
      <Answer to={alarms}>
        {(active) =>
          active.length === 0 ? (
            <Empty icon="check" title={t('site.noAlarms')} hint={t('site.noAlarmsHint')} />
          ) : (
            <AlarmList alarms={active} />
          )
        }
      </Answer>
    </Card>
  );
}
