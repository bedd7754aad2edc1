import { Dialog } from '../controls/Dialog';
import { words } from '../words';
import { chord } from './shortcuts';
import styles from './ShortcutsDialog.module.css';

const shortcuts = (): [keys: string[], what: string][] => [
  [chord('Enter'), words.shortcuts.send],
  [chord('Shift', 'Enter'), words.shortcuts.break],
  [chord('Escape'), words.shortcuts.stop],
  [chord('↑'), words.shortcuts.waiting],
  [chord('mod', 'K'), words.shortcuts.palette],
  [chord('mod', 'Shift', 'O'), words.shortcuts.newChat],
  [chord('mod', 'B'), words.shortcuts.sidebar],
  [chord('mod', '/'), words.shortcuts.show],
  [chord('F'), words.shortcuts.fullScreen],
  [chord('←', '→'), words.shortcuts.film],
  [chord('Control', 'Alt', 'Shift'), words.shortcuts.leave],
];

export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={words.shortcuts.title}>
      <dl className={styles.sheet}>
        {shortcuts().map(([keys, what]) => (
          <div key={what} className={styles.row}>
            <dt>{what}</dt>
            <dd>
              {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
