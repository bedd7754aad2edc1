import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import type { Block } from '../timeline/types';
import { words } from '../words';
import { BlockView } from './BlockView';
import styles from './ReplacedBlocks.module.css';

/** Replaced messages with their steps, collapsed by default. */
export function ReplacedBlocks({ blocks }: { blocks: Block[] }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <div>
      <button type="button" className={styles.header} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <ChevronRight size={14} className={styles.chevron} aria-hidden />
        {blocks.length === 1 ? words.message.replaced : words.message.replacedMany(blocks.length)}
        <span className={styles.first}>{blocks.at(-1)?.message?.text}</span>
      </button>
      {open && (
        <div id={id} className={styles.blocks}>
          {blocks.map((block) => (
            <BlockView key={block.key} block={block} live={null} lastScreenshot={null} waits={false} last={false} />
          ))}
        </div>
      )}
    </div>
  );
}
