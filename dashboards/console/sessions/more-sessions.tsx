import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { sessionsQuery, type SessionFilter } from '../api/queries.ts';
import { Answer } from '../ui/answer.tsx';
import { Empty } from '../ui/feedback.tsx';
import { More } from '../ui/more.tsx';
import { SessionTable } from './session-table.tsx';

/** The sessions that pass a filter, page by page. */
export function MoreSessions(props: { filter: SessionFilter; withCharger?: boolean; emptyHint: string }) {
  const { t } = useTranslation();
  const sessions = useInfiniteQuery(sessionsQuery(props.filter));
  return (
    <Answer to={sessions}>
      {(all) =>
        all.length === 0 ? (
          <Empty icon="session" title={t('sessions.none')} hint={props.emptyHint} />
        ) : (
          <>
            <SessionTable sessions={all} withCharger={props.withCharger} />
            <More of={sessions}>{t('sessions.more')}</More>
          </>
        )
      }
    </Answer>
  );
}
