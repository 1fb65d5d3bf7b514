import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { decisionQuery } from '../api/queries.ts';
import { Answer } from '../ui/answer.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/feedback.tsx';
import { Json } from '../ui/json.tsx';
import { Ago } from '../ui/time.tsx';
import { useLocale } from '../ui/use-locale.ts';
import { isDecision, reasonOf, type DecidedLoad, type Decision } from './decision.ts';

/** How the site's power was last shared among its cars, and why. */
export function Sharing({ site }: { site: string }) {
  const { t } = useTranslation();
  const decision = useQuery(decisionQuery(site));
  return (
    <Card title={t('site.decision')} aside={<DecidedAt decision={decision.data} />}>
      <Answer to={decision}>
        {(decided) =>
          decided === null ? (
            <Empty icon="gauge" title={t('site.noDecision')} hint={t('site.noDecisionHint')} />
          ) : (
            <div className="sharing">
              {isDecision(decided) && <InWords decision={decided} />}
              <details>
                <summary>{t('decision.details')}</summary>
                <Json value={decided} label={t('decision.details')} />
              </details>
            </div>
          )
        }
      </Answer>
    </Card>
  );
}

function DecidedAt({ decision }: { decision: unknown }) {
  const { t } = useTranslation();
  return isDecision(decision) ? (
    <span className="small muted">
      {t('decision.decided')} <Ago at={decision.at} />
    </span>
  ) : null;
}

function InWords({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="sharing-why">
        <Ground decision={decision} />
      </p>
      {decision.loads.length === 0 ? (
        <p className="muted">{t('decision.nobody')}</p>
      ) : (
        <ul className="shares">
          {decision.loads.map((load) => (
            <Share key={`${load.charger}:${load.evse}`} load={load} budgetW={decision.budgetW} />
          ))}
        </ul>
      )}
    </>
  );
}

/** What the decision rests on, in sentences. */
function Ground({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  const { kw } = useLocale();
  const { basis, budgetW, gridLimitW, baseW, carsW, reservedW } = decision;
  const reserved = reservedW > 0 ? ` ${t('decision.reserved', { reserved: kw(reservedW) })}` : '';
  const limit = t('decision.limit', { limit: kw(gridLimitW) });
  if (basis === 'fail-safe') return `${limit} ${t('decision.failSafe', { budget: kw(budgetW) })}${reserved}`;
  const base = baseW ?? 0;
  const rest = t(base < 0 ? 'decision.surplus' : 'decision.use', { base: kw(Math.abs(base)) });
  return `${limit} ${rest} ${t('decision.leaves', { budget: kw(budgetW), cars: kw(carsW) })}${reserved}`;
}

function Share({ load, budgetW }: { load: DecidedLoad; budgetW: number }) {
  const { t } = useTranslation();
  const { kw } = useLocale();
  const gets = () => {
    if (load.limitA === null) return t('decision.kept', { power: kw(load.countedW) });
    if (load.limitA === 0) return t('decision.pause');
    return t('decision.upTo', { limit: load.limitA, phases: load.phases });
  };
  const part = budgetW > 0 ? Math.min(1, load.countedW / budgetW) : 0;
  return (
    <li className="share">
      <Link to="/chargers/$charger" params={{ charger: load.charger }} search={{}} className="share-name">
        {load.charger} · {t('charger.evse', { evse: load.evse })}
      </Link>
      <strong className="share-gets">{gets()}</strong>
      <span className="share-bar" aria-hidden="true">
        <span style={{ width: `${part * 100}%` }} />
      </span>
      <span className="small muted share-reason">
        {t(`decision.reason.${reasonOf(load)}`)}
        {load.powerW !== null && ` · ${t('site.takes')} ${kw(load.powerW)} kW`}
      </span>
    </li>
  );
}
