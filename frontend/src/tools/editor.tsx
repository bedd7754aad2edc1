import { FilePen } from 'lucide-react';
import type { EditorCommand } from '../api/types';
import type { Verb } from '../words/actions';
import { DetailText } from './DetailText';
import type { ToolOf, ToolRenderer } from './renderer';
import styles from './DetailText.module.css';

export const editor: ToolRenderer<ToolOf<'editor'>> = {
  describe: ({ edit }) => ({ icon: FilePen, verb: VERBS[edit.command], object: edit.path, code: true }),
  request: ({ edit }) => `${VERBS[edit.command][2].toLowerCase()} this file`,
  detail: ({ edit }) => <Edit edit={edit} />,
};

const VERBS: Record<EditorCommand['command'], Verb> = {
  view: ['Read', 'Reading', 'Read'],
  create: ['Wrote', 'Writing', 'Write'],
  str_replace: ['Edited', 'Editing', 'Edit'],
  insert: ['Edited', 'Editing', 'Edit'],
  undo_edit: ['Undid the last edit to', 'Undoing the last edit to', 'Undo the last edit to'],
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
          <p className={styles.between}>Replaced with</p>
          <DetailText text={edit.new_str ?? ''} />
        </>
      );
    default:
      return null;
  }
}
