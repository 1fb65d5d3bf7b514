import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.tsx';

/** Puts a value on the clipboard and says so. */
export function Copy({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <Button
      className="button button-small"
      aria-label={`${t(copied ? 'connect.copied' : 'connect.copy')}: ${label}`}
      isDisabled={!globalThis.isSecureContext}
      onPress={() => void copy()}
    >
      <Icon name={copied ? 'check' : 'copy'} />
      {t(copied ? 'connect.copied' : 'connect.copy')}
    </Button>
  );
}
