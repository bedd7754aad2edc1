import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { forkChat, refreshChats } from '../api/chats';

/** Forks the chat at a message, and opens the fork. */
export function useFork(chatId: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (messageId: string) => forkChat(chatId, messageId),
    onSuccess: async (chat) => {
      refreshChats(client);
      await navigate({ to: '/chats/$chatId', params: { chatId: chat.id } });
    },
  });
}
