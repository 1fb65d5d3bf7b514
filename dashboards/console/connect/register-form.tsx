import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Button, Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { CHARGER_PATTERN } from '#estate/ids.ts';
import { pathTo, send } from '../api/client.ts';
import type { RegisteredCharger } from '../api/contract.ts';
import { Field, Pick } from '../ui/field.tsx';
import { Notice, useAdvice } from '../ui/feedback.tsx';
import { useSiteChoices } from '../ui/site-link.tsx';

const NO_SITE = '';
const SECRET_LENGTH = { minLength: 8, maxLength: 64 };

/** Asks for the identity and the site of a new charger and registers it. */
export function RegisterForm({ onRegistered }: { onRegistered: (charger: RegisteredCharger) => void }) {
  const { t } = useTranslation();
  const sites = useSiteChoices();
  const [id, setId] = useState('');
  const [site, setSite] = useState(NO_SITE);
  const [secret, setSecret] = useState('');
  const registering = useMutation({
    mutationFn: () =>
      send<RegisteredCharger>('PUT', pathTo(['chargers', id]), {
        ...(site === NO_SITE ? {} : { site }),
        ...(secret === '' ? {} : { secret }),
      }),
    onSuccess: (charger) => onRegistered(secret === '' ? charger : { secret, ...charger }),
  });
  const advice = useAdvice(registering.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    registering.mutate();
  };
  return (
    <Form className="connect-form" onSubmit={submit}>
      {registering.error && (
        <Notice tone="alarm" icon="warning">
          {advice}
        </Notice>
      )}
      <Field
        label={t('connect.identity')}
        hint={t('connect.identityHint')}
        value={id}
        onChange={setId}
        isRequired
        validate={(typed) => (CHARGER_PATTERN.test(typed) ? null : t('connect.identityWrong'))}
      />
      <Pick
        label={t('connect.site')}
        options={[{ id: NO_SITE, label: t('connect.siteNone') }, ...sites]}
        value={site}
        onChange={setSite}
      />
      <Field
        label={t('connect.secret')}
        hint={t('connect.secretHint')}
        value={secret}
        onChange={setSecret}
        {...SECRET_LENGTH}
      />
      <Button type="submit" className="button button-primary" isDisabled={registering.isPending}>
        {t('connect.submit')}
      </Button>
    </Form>
  );
}
