import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { modelsQuery } from '../api/models';
import { words } from '../words';
import styles from './DemoNote.module.css';

/** Below the composer: there is no AI, and how to get one. */
export function DemoNote() {
  const { data: list } = useQuery(modelsQuery);
  return (
    <p className={styles.note}>
      {words.models.demo} {list?.own_keys_allowed && <Link to="/settings/models">{words.models.add}</Link>}
    </p>
  );
}
