import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { refusedQuery } from '../api/queries.ts';
import { Answer } from '../ui/answer.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/feedback.tsx';
import { Badge } from '../ui/state.tsx';
import { Ago } from '../ui/time.tsx';

/** The chargers that tried to connect and were turned away, each with the reason. */
export function Refused({ identity }: { identity: string | null }) {
  const { t } = useTranslation();
  const refused = useQuery(refusedQuery);
  return (
    <Card title={t('connect.refused')} flush>
      <p className="small muted refused-lead">{t('connect.refusedLead')}</p>
      <Answer to={refused}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="check" title={t('connect.refusedNone')} hint={t('connect.refusedNoneHint')} />
          ) : (
            <ul className="refused">
              {all.map((one) => (
                <li key={`${one.identity} ${one.at} ${one.remoteAddress}`}>
                  <p className="refused-head">
                    <strong className="mono">{one.identity || '–'}</strong>
                    {one.identity === identity && <Badge tone="warning">{t('connect.thisOne')}</Badge>}
                    <span className="small muted">
                      {t('connect.from')} {one.remoteAddress} · <Ago at={one.at} />
                    </span>
                  </p>
                  <p lang="en">{one.reason}</p>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Card>
  );
}
