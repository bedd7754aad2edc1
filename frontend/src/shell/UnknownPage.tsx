import { words } from '../words';
import { NotFoundPage } from './NotFoundPage';

/** For addresses that no page has. */
export function UnknownPage() {
  return <NotFoundPage title={words.errors.unknownTitle} body={words.errors.unknownBody} />;
}
