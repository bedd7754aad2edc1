import './tokens.css';
import './base.css';

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client';
import { refuseDroppedFiles } from './composer/fileDrop';
import { makeRouter } from './router';

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      // The session has expired: the guard of the shell's route redirects to the login page.
      if (!(error instanceof ApiError) || error.status !== 401 || !client.getQueryData(['me'])) return;
      client.removeQueries({ queryKey: ['me'] });
      void router.invalidate();
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});
const router = makeRouter(client);
refuseDroppedFiles();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
