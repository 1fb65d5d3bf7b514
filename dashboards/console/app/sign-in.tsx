import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { Button, Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { PolisError } from '#estate/errors.ts';
import { send } from '../api/client.ts';
import { Field } from '../ui/field.tsx';
import { Notice, useAdvice } from '../ui/feedback.tsx';
import { Brand } from './brand.tsx';
import { Language } from './settings.tsx';
import { useTitle } from './use-title.ts';

/** Who are you? */
export function SignIn() {
  const { t } = useTranslation();
  useTitle(t('signIn.title'));
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <Brand />
        <h1>{t('signIn.title')}</h1>
        <p className="muted">{t('signIn.lead')}</p>
        <SignInForm />
        <Language />
      </div>
    </main>
  );
}

function SignInForm() {
  const { t } = useTranslation();
  const router = useRouter();
  const client = useQueryClient();
  const { next } = useSearch({ from: '/sign-in' });
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const attempt = useMutation({
    mutationFn: () => send('POST', '/v1/sign-in', { user, password }),
    onSuccess: () => {
      client.clear();
      router.history.push(next ?? '/');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate();
  };
  return (
    <Form className="sign-in-form" onSubmit={submit}>
      {attempt.error && (
        <Notice tone="alarm" icon="warning">
          <Refusal error={attempt.error} />
        </Notice>
      )}
      <Field label={t('signIn.user')} value={user} onChange={setUser} autoComplete="username" isRequired />
      <Field
        label={t('signIn.password')}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        isRequired
      />
      <Button type="submit" className="button button-primary" isDisabled={attempt.isPending}>
        {t('signIn.submit')}
      </Button>
    </Form>
  );
}

function Refusal({ error }: { error: Error }) {
  const { t } = useTranslation();
  const advice = useAdvice(error);
  return error instanceof PolisError && error.code === 'unauthenticated' ? t('signIn.wrong') : advice;
}
