import { useQuery } from '@tanstack/react-query';
import { type FormEvent } from 'react';
import { chatQuery } from '../api/chats';
import { explain } from '../api/client';
import { useSetChatLimits } from '../api/costs';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { LimitFields, limitsIn } from '../controls/LimitFields';
import { Notice } from '../controls/Notice';
import { words } from '../words';

/** The limits of a chat: money, steps and minutes. */
export function ChatLimitsDialog({ chatId, onClose }: { chatId: string; onClose: () => void }) {
  const { data: chat, error: unread } = useQuery(chatQuery(chatId));
  const set = useSetChatLimits(chatId);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    set.mutate(limitsIn(event.currentTarget, words.costs.chatLimitNames), { onSuccess: onClose });
  };
  const error = unread ?? set.error;
  return (
    <Dialog open onClose={onClose} title={words.costs.chatLimits} body={words.costs.chatLimitsBody}>
      {chat && (
        <form onSubmit={submit}>
          <LimitFields labels={words.costs.chatLimitNames} limits={chat.limits ?? {}} otherwise={{}} />
          {error && <Notice>{explain(error)}</Notice>}
          <DialogActions>
            <Button onClick={onClose}>{words.shell.cancel}</Button>
            <Button variant="accent" type="submit" disabled={set.isPending}>
              {set.isPending ? words.admin.saving : words.admin.save}
            </Button>
          </DialogActions>
        </form>
      )}
      {!chat && error && <Notice>{explain(error)}</Notice>}
    </Dialog>
  );
}
