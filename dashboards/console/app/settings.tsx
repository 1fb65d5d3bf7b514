import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { send } from '../api/client.ts';
import { meQuery } from '../api/queries.ts';
import { LANGUAGES, languageOf } from '../i18n/i18n.ts';
import { Choices } from '../ui/choices.tsx';
import { Icon } from '../ui/icon.tsx';
import { chooseLanguage, chosenTheme, chooseTheme, THEMES } from './preferences.ts';

/** The reader's own: language, appearance, account. */
export function Settings() {
  const { t } = useTranslation();
  const me = useQuery(meQuery);
  return (
    <DialogTrigger>
      <Button className="bar-button" aria-label={t('app.settings')}>
        <Icon name="user" />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="settings" aria-label={t('app.settings')}>
          {me.data && (
            <p>
              <span className="small muted">{t('app.signedInAs')}</span>
              <br />
              <strong>{me.data.user}</strong> <span className="muted">({t(`role.${me.data.role}`)})</span>
            </p>
          )}
          <Language />
          <Appearance />
          <a href="/docs" className="small">
            {t('app.apiDocs')}
          </a>
          <SignOut />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

export function Language() {
  const { t, i18n } = useTranslation();
  return (
    <div className="setting">
      <span className="field-label">{t('app.language')}</span>
      <Choices
        label={t('app.language')}
        options={[
          { id: 'it', label: LANGUAGES.it },
          { id: 'en', label: LANGUAGES.en },
        ]}
        value={languageOf(i18n.language) ?? 'it'}
        onChange={(language) => void chooseLanguage(language)}
      />
    </div>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <div className="setting">
      <span className="field-label">{t('app.theme')}</span>
      <Choices
        label={t('app.theme')}
        options={THEMES.map((id) => ({ id, label: t(`app.themes.${id}`) }))}
        value={theme}
        onChange={(chosen) => {
          setTheme(chosen);
          chooseTheme(chosen);
        }}
      />
    </div>
  );
}

function SignOut() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = async () => {
    await send('POST', '/v1/sign-out');
    client.clear();
    await navigate({ to: '/sign-in', search: {} });
  };
  return (
    <Button className="button button-small" onPress={() => void signOut()}>
      {t('app.signOut')}
    </Button>
  );
}
