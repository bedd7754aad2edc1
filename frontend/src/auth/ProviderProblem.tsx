import { useQuery } from '@tanstack/react-query';
import { explain } from '../api/client';
import { useProviderLogin } from '../api/providers';
import { waysQuery } from '../api/session';
import { Button } from '../controls/Button';
import { Notice } from '../controls/Notice';
import { words } from '../words';

interface Props {
  /** The code with which the browser came back. */
  code: string;
  provider?: string;
  next?: string;
  /** Whether an account was to be linked. */
  link?: boolean;
}

/** Tells why a provider did not log the person in, with a button to try again. */
export function ProviderProblem({ code, provider, next, link }: Props) {
  const ways = useQuery(waysQuery);
  const login = useProviderLogin();
  const known = ways.data?.providers.find(({ slug }) => slug === provider);
  const retry = known && (
    <Button size="small" disabled={login.isPending} onClick={() => login.mutate({ provider: known.slug, next, link })}>
      {words.providers.retry(known.name)}
    </Button>
  );
  return <Notice action={retry}>{login.error ? explain(login.error) : problem(code)}</Notice>;
}

/** `code` comes from the address of the page, so that any text may be there. */
function problem(code: string): string {
  const { problems, failed } = words.providers;
  return Object.hasOwn(problems, code) ? problems[code as keyof typeof problems] : failed;
}
