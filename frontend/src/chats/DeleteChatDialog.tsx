import { useNavigate, useParams } from '@tanstack/react-router';
import { useDeleteChat } from '../api/chats';
import { explain } from '../api/client';
import type { Chat } from '../api/types';
import { writeDraft } from '../composer/drafts';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Notice } from '../controls/Notice';
import { words } from '../words';

export function DeleteChatDialog({ chat, open, onClose }: { chat: Pick<Chat, 'id' | 'title'>; open: boolean; onClose: () => void }) {
  const remove = useDeleteChat(chat.id);
  const navigate = useNavigate();
  const { chatId } = useParams({ strict: false });
  const confirm = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        onClose();
        writeDraft(chat.id, '');
        if (chatId === chat.id) void navigate({ to: '/', replace: true });
      },
    });
  return (
    <Dialog open={open} onClose={onClose} title={words.chats.deleteTitle(chat.title || words.chats.untitled)} body={words.chats.deleteBody}>
      {remove.error && <Notice>{explain(remove.error)}</Notice>}
      <DialogActions>
        <Button onClick={onClose}>{words.shell.cancel}</Button>
        <Button variant="danger" onClick={confirm} disabled={remove.isPending}>
          {words.chats.deleteConfirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
