import { Check, Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '../../controls/Button';
import { useCopy } from '../../controls/useCopy';
import { words } from '../../words';
import styles from './CodeBlock.module.css';

export function CodeBlock({ text, children }: { text: string; children: ReactNode }) {
  const { outcome, copy } = useCopy(text.replace(/\n$/, ''));
  const copied = outcome === 'copied';
  return (
    <div className={styles.block}>
      <pre tabIndex={0}>{children}</pre>
      <IconButton className={styles.copy} label={copied ? words.message.copied : words.message.copy} onClick={copy}>
        {copied ? <Check size={14} className={styles.done} /> : <Copy size={14} />}
      </IconButton>
      {outcome === 'failed' && (
        <p className={styles.failed} role="alert">
          {words.message.notCopied}
        </p>
      )}
    </div>
  );
}
