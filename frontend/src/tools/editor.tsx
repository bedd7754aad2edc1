import { FilePen } from 'lucide-react';
import type { EditorCommand } from '../api/types';
import { words } from '../words';
import { DetailText } from './DetailText';
import type { ToolOf, ToolRenderer } from './renderer';
import styles from './DetailText.module.css';

export const editor: ToolRenderer<ToolOf<'editor'>> = {
  describe: ({ edit }) => ({ icon: FilePen, verb: words.tools.edited[edit.command], object: edit.path, code: true }),
  request: ({ edit }) => words.tools.edited[edit.command].request(words.tools.thisFile),
  detail: ({ edit }) => <Edit edit={edit} />,
};

function Edit({ edit }: { edit: EditorCommand }) {
  switch (edit.command) {
    case 'create':
      return <DetailText text={edit.file_text} />;
    case 'insert':
      return <DetailText text={edit.insert_text} />;
    case 'str_replace':
      return (
        <>
          <DetailText text={edit.old_str} />
          <p className={styles.between}>{words.tools.replacedWith}</p>
          <DetailText text={edit.new_str ?? ''} />
        </>
      );
    default:
      return null;
  }
}
