import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { chatsQuery, createChat, refreshChats } from '../api/chats';

/** Opens an empty chat. One in which nothing has been asked yet is used again, unless it got a title: somebody wants it. */
export function useNewChat() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      const chats = await client.fetchQuery({ ...chatsQuery, staleTime: 0, retry: false });
      return chats.find((chat) => !chat.run_state && !chat.title) ?? (await createChat());
    },
    onSuccess: async (chat) => {
      refreshChats(client);
      await navigate({ to: '/chats/$chatId', params: { chatId: chat.id } });
    },
  });
}
