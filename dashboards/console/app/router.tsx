import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { PolisError } from '#estate/errors.ts';
import { meQuery } from '../api/queries.ts';
import { NotFound, Unexpected } from './not-found.tsx';
import { alarmsSearch, chargerSearch, sessionsSearch, signInSearch, siteSearch, sitesSearch } from './search.ts';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  notFoundComponent: NotFound,
  errorComponent: Unexpected,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: 'sign-in',
  validateSearch: signInSearch,
  component: SignIn,
});

/** Everything behind the sign-in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(meQuery);
    } catch (error) {
      if (!(error instanceof PolisError) || error.code !== 'unauthenticated') throw error;
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
    }
  },
});

const sites = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: sitesSearch,
  component: lazyRouteComponent(() => import('../sites/sites-page.tsx'), 'SitesPage'),
});

const site = createRoute({
  getParentRoute: () => shell,
  path: 'sites/$site',
  validateSearch: siteSearch,
  component: lazyRouteComponent(() => import('../site/site-page.tsx'), 'SitePage'),
});

const charger = createRoute({
  getParentRoute: () => shell,
  path: 'chargers/$charger',
  validateSearch: chargerSearch,
  component: lazyRouteComponent(() => import('../charger/charger-page.tsx'), 'ChargerPage'),
});

const connect = createRoute({
  getParentRoute: () => shell,
  path: 'connect',
  component: lazyRouteComponent(() => import('../connect/connect-page.tsx'), 'ConnectPage'),
});

const sessions = createRoute({
  getParentRoute: () => shell,
  path: 'sessions',
  validateSearch: sessionsSearch,
  component: lazyRouteComponent(() => import('../sessions/sessions-page.tsx'), 'SessionsPage'),
});

const alarms = createRoute({
  getParentRoute: () => shell,
  path: 'alarms',
  validateSearch: alarmsSearch,
  component: lazyRouteComponent(() => import('../alarms/alarms-page.tsx'), 'AlarmsPage'),
});

const routeTree = root.addChildren([signIn, shell.addChildren([sites, site, charger, connect, sessions, alarms])]);

/** The pages and their addresses. */
export function createPages(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: Unexpected,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPages>;
  }
}
