import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createChat, findEmptyChat, refreshChats } from '../api/chats';

/** Opens an empty chat. One in which nothing has been asked yet is used again, unless it got a title: somebody wants it. */
export function useNewChat() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => (await findEmptyChat()) ?? (await createChat()),
    onSuccess: async (chat) => {
      refreshChats(client);
      await navigate({ to: '/chats/$chatId', params: { chatId: chat.id } });
    },
  });
}
