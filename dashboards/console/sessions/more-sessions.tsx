import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { sessionsQuery, type SessionFilter } from '../api/queries.ts';
import { Answer } from '../ui/answer.tsx';
import { Empty } from '../ui/feedback.tsx';
import { SessionTable } from './session-table.tsx';

/** The sessions that pass a filter, page by page. */
export function MoreSessions(props: { filter: SessionFilter; withCharger?: boolean; emptyHint: string }) {
  const { t } = useTranslation();
  const sessions = useInfiniteQuery(sessionsQuery(props.filter));
  return (
    <Answer to={sessions}>
      {({ pages }) => {
        const all = pages.flatMap(({ items }) => items);
        if (all.length === 0) return <Empty icon="session" title={t('sessions.none')} hint={props.emptyHint} />;
        return (
          <>
            <SessionTable sessions={all} withCharger={props.withCharger ?? false} />
            {sessions.hasNextPage && (
              <div className="more">
                <Button
                  className="button button-small"
                  isDisabled={sessions.isFetchingNextPage}
                  onPress={() => void sessions.fetchNextPage()}
                >
                  {t('sessions.more')}
                </Button>
              </div>
            )}
          </>
        );
      }}
    </Answer>
  );
}
