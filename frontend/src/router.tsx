import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { AccountPage } from './account/AccountPage';
import { BASE_PATH } from './api/basePath';
import { ApiError } from './api/client';
import { configQuery, isLoggedIn, meQuery } from './api/session';
import { AdminPage } from './admin/AdminPage';
import { DesktopsPage } from './admin/DesktopsPage';
import { InternetPage } from './admin/InternetPage';
import { ModelsPage as AdminModelsPage } from './admin/ModelsPage';
import { RetentionPage } from './admin/RetentionPage';
import { RunsPage } from './admin/RunsPage';
import { UsagePage as AdminUsagePage } from './admin/UsagePage';
import { LoginPage } from './auth/LoginPage';
import { PasswordPage } from './auth/PasswordPage';
import { RegisterPage } from './auth/RegisterPage';
import { SetupPage } from './auth/SetupPage';
import { ChatPage } from './chat-page/ChatPage';
import { LimitsPage } from './settings/LimitsPage';
import { ModelsPage } from './settings/ModelsPage';
import { SettingsPage } from './settings/SettingsPage';
import { UsagePage } from './settings/UsagePage';
import { ErrorPage } from './shell/ErrorPage';
import { HomePage } from './shell/HomePage';
import { Shell } from './shell/Shell';
import { UnknownPage } from './shell/UnknownPage';
import { useLocale } from './words';
import { followSetting } from './words/choice';

/** All pages, which appear anew in another language. */
function Root() {
  return <Outlet key={useLocale()} />;
}

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Root,
  errorComponent: ErrorPage,
});

/** What a page tells that the browser comes back to from a provider: the code of a problem and the provider's id. */
const providerProblem = ({ error, provider }: Record<string, unknown>): { error?: string; provider?: string } => ({
  ...(typeof error === 'string' ? { error } : {}),
  ...(typeof provider === 'string' ? { provider } : {}),
});

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  component: LoginPage,
  beforeLoad: async ({ search }) => {
    if (await isLoggedIn()) throw redirect({ to: search.next ?? '/' });
  },
  // Only paths of this site: `//host` would redirect to another one.
  validateSearch: ({
    next,
    ended,
    username,
    ...rest
  }: Record<string, unknown>): { next?: string; ended?: true; username?: string; error?: string; provider?: string } => ({
    ...(typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {}),
    ...(ended === true ? { ended } : {}),
    ...(typeof username === 'string' ? { username } : {}),
    ...providerProblem(rest),
  }),
});

const setup = createRoute({ getParentRoute: () => root, path: '/setup', component: SetupPage });

const register = createRoute({ getParentRoute: () => root, path: '/register', component: RegisterPage });

const password = createRoute({ getParentRoute: () => root, path: '/password', component: PasswordPage });

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context: { client }, location }) => {
    try {
      const [me] = await Promise.all([client.ensureQueryData(meQuery), client.ensureQueryData(configQuery)]);
      // Without its texts the page stays in the language that it has.
      await followSetting(me.language).catch(() => undefined);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      throw redirect({ to: '/login', search: location.pathname === '/' ? {} : { next: location.pathname } });
    }
  },
});

const home = createRoute({ getParentRoute: () => shell, path: '/', component: HomePage });

const chat = createRoute({ getParentRoute: () => shell, path: '/chats/$chatId', component: ChatPage });

const settings = createRoute({ getParentRoute: () => shell, path: '/settings', component: SettingsPage });

const ownModels = createRoute({ getParentRoute: () => shell, path: '/settings/models', component: ModelsPage });

const ownLimits = createRoute({ getParentRoute: () => shell, path: '/settings/limits', component: LimitsPage });

const ownUsage = createRoute({ getParentRoute: () => shell, path: '/settings/usage', component: UsagePage });

const administration = createRoute({
  getParentRoute: () => shell,
  id: 'administration',
  beforeLoad: async ({ context: { client } }) => {
    if (!(await client.ensureQueryData(meQuery)).is_superuser) throw redirect({ to: '/' });
  },
});

const admin = createRoute({ getParentRoute: () => administration, path: '/admin', component: AdminPage });

const adminModels = createRoute({ getParentRoute: () => administration, path: '/admin/models', component: AdminModelsPage });

const desktops = createRoute({ getParentRoute: () => administration, path: '/admin/desktops', component: DesktopsPage });

const runs = createRoute({ getParentRoute: () => administration, path: '/admin/runs', component: RunsPage });

const internet = createRoute({ getParentRoute: () => administration, path: '/admin/internet', component: InternetPage });

const retention = createRoute({ getParentRoute: () => administration, path: '/admin/retention', component: RetentionPage });

const usage = createRoute({ getParentRoute: () => administration, path: '/admin/usage', component: AdminUsagePage });

const account = createRoute({ getParentRoute: () => shell, path: '/account', component: AccountPage, validateSearch: providerProblem });

const unknown = createRoute({ getParentRoute: () => shell, path: '$', component: UnknownPage });

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([login, setup, register, password, shell.addChildren([home, chat, settings, ownModels, ownLimits, ownUsage, account, administration.addChildren([admin, adminModels, desktops, runs, usage, internet, retention]), unknown])]),
    basepath: BASE_PATH,
    context: { client },
    defaultPreload: false,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
