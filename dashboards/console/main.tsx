import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nProvider } from 'react-aria-components';
import { PolisError } from '#estate/errors.ts';
import { chosenLanguage, chosenTheme, showTheme } from './app/preferences.ts';
import { createPages } from './app/router.tsx';
import { startSpeaking } from './i18n/i18n.ts';
import { useLocale } from './ui/use-locale.ts';
import './ui/tokens.css';
import './ui/base.css';
import './ui/parts.css';
import './ui/content.css';
import './app/shell.css';
import './app/page.css';

const TRIES = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1_000,
      // What the server has refused it will refuse again; what it could not answer is worth a second try.
      retry: (failures, error) => failures < TRIES && error instanceof PolisError && error.code === 'unavailable',
    },
  },
  queryCache: new QueryCache({ onError: askToSignIn }),
});

const pages = createPages(client);

/** A session that has ended leads back to the sign-in, and from there to where one was. */
function askToSignIn(error: Error): void {
  if (!(error instanceof PolisError) || error.code !== 'unauthenticated') return;
  const { pathname, href } = pages.state.location;
  if (pathname === '/sign-in') return;
  client.removeQueries({ queryKey: ['me'] });
  void pages.navigate({ to: '/sign-in', search: { next: href } });
}

function App() {
  const { locale } = useLocale();
  return (
    <I18nProvider locale={locale}>
      <QueryClientProvider client={client}>
        <RouterProvider router={pages} />
      </QueryClientProvider>
    </I18nProvider>
  );
}

showTheme(chosenTheme());
await startSpeaking(chosenLanguage());
const place = document.querySelector('#root');
if (place) {
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
