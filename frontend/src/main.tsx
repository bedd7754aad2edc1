import './tokens.css';
import './base.css';

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client';
import { meQuery } from './api/session';
import { LOGOUT } from './auth/session';
import { refuseDroppedFiles } from './composer/fileDrop';
import { makeRouter } from './router';
import { openLanguage } from './words/choice';

/** Goes to the login page when the session has ended. */
function leaveEndedSession(error: unknown) {
  if (!(error instanceof ApiError) || error.status !== 401 || !client.getQueryData(meQuery.queryKey)) return;
  if (client.isMutating({ mutationKey: LOGOUT }) > 0) return;
  client.removeQueries({ queryKey: meQuery.queryKey });
  void router.navigate({ to: '/login', search: { next: router.state.location.pathname, ended: true }, replace: true });
}

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveEndedSession }),
  mutationCache: new MutationCache({ onError: leaveEndedSession }),
  defaultOptions: {
    // The server may be on this computer or in its network: only a request tells whether it can be reached.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 5000,
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});
const router = makeRouter(client);
refuseDroppedFiles();

const show = () =>
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
// public/start.js explains that a page could not be loaded.
openLanguage().then(show, () => dispatchEvent(new Event('deskhand:not-loaded')));
