import { Check, Copy } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { IconButton } from '../../controls/Button';
import { words } from '../../words';
import styles from './CodeBlock.module.css';

export function CodeBlock({ text, children }: { text: string; children: ReactNode }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text.replace(/\n$/, ''));
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div className={styles.block}>
      <pre tabIndex={0}>{children}</pre>
      <IconButton className={styles.copy} label={copied ? words.message.copied : words.message.copy} onClick={() => void copy()}>
        {copied ? <Check size={14} className={styles.done} /> : <Copy size={14} />}
      </IconButton>
    </div>
  );
}
