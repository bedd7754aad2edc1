import type { EditorCommand, Tool } from '../api/types';
import { words } from '../words/words';
import styles from './CallDetail.module.css';

/** What exactly a call would do, whole: what is approved must be what was seen. */
export function CallDetail({ tool }: { tool: Tool }) {
  switch (tool.tool) {
    case 'shell':
      return tool.command ? <Text text={tool.command} /> : null;
    case 'open':
      return tool.argument ? <Text text={tool.argument} /> : null;
    case 'editor':
      return <Edit edit={tool.edit} />;
    case 'computer':
      return tool.action.type === 'type' ? <Text text={tool.action.text} /> : null;
    default:
      return null;
  }
}

function Edit({ edit }: { edit: EditorCommand }) {
  switch (edit.command) {
    case 'create':
      return <Text text={edit.file_text} />;
    case 'insert':
      return <Text text={edit.insert_text} />;
    case 'str_replace':
      return (
        <>
          <Text text={edit.old_str} />
          <p className={styles.between}>{words.approval.replaced}</p>
          <Text text={edit.new_str ?? ''} />
        </>
      );
    default:
      return null;
  }
}

const Text = ({ text }: { text: string }) => (
  <pre className={styles.text} tabIndex={0}>
    {text}
  </pre>
);
