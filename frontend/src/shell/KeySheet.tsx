import { Dialog } from '../controls/Dialog';
import { words } from '../words';
import { chord } from './shortcuts';
import styles from './KeySheet.module.css';
const SHEET: [keys: string[], what: string][] = [
  [chord('Enter'), words.keySheet.send],
  [chord('shift', 'Enter'), words.keySheet.break],
  [chord('Esc'), words.keySheet.stop],
  [chord('↑'), words.keySheet.waiting],
  [chord('mod', 'K'), words.keySheet.palette],
  [chord('mod', 'shift', 'O'), words.keySheet.newChat],
  [chord('mod', 'B'), words.keySheet.rail],
  [chord('mod', '/'), words.keySheet.sheet],
  [chord('F'), words.keySheet.fullScreen],
  [chord('←', '→'), words.keySheet.film],
  [chord('Ctrl', 'Alt', 'Shift'), words.keySheet.leave],
];
export function KeySheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={words.keySheet.title}>
      <dl className={styles.sheet}>
        {SHEET.map(([keys, what]) => (
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
