import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegisteredCharger } from '../api/contract.ts';
import { meQuery } from '../api/queries.ts';
import { mayManage } from '../app/may.ts';
import { useTitle } from '../app/use-title.ts';
import { useLive } from '../live/use-live.ts';
import { Card } from '../ui/card.tsx';
import { Notice } from '../ui/feedback.tsx';
import { Configure } from './configure.tsx';
import { Refused } from './refused.tsx';
import { RegisterForm } from './register-form.tsx';
import './connect.css';

/** Brings a charger into the estate, and shows why one is turned away. */
export function ConnectPage() {
  const { t } = useTranslation();
  useTitle(t('connect.title'));
  useLive(null);
  const me = useQuery(meQuery);
  const [registered, setRegistered] = useState<RegisteredCharger | null>(null);
  return (
    <>
      <div>
        <h1>{t('connect.title')}</h1>
        <p className="page-lead connect-lead">{t('connect.lead')}</p>
      </div>
      <div className="connect-grid">
        {me.data && !mayManage(me.data.role) && (
          <Notice tone="warning" icon="lock">
            {t('connect.needManager')}
          </Notice>
        )}
        {me.data && mayManage(me.data.role) && registered === null && (
          <Card title={t('connect.register')}>
            <RegisterForm onRegistered={setRegistered} />
          </Card>
        )}
        {registered && <Configure registered={registered} onAgain={() => setRegistered(null)} />}
        <Refused identity={registered?.id ?? null} />
      </div>
    </>
  );
}
