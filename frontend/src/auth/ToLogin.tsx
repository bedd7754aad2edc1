import { Link } from '@tanstack/react-router';
import { words } from '../words';

export function ToLogin() {
  return (
    <Link to="/login" search={{}}>
      {words.auth.goToLogin}
    </Link>
  );
}
