import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useReducer, useState } from 'react';
import { chatQuery, refreshChats } from '../api/chats';
import { desktopQuery } from '../api/desktops';
import { filesQuery } from '../api/files';
import { paths } from '../api/paths';
import { meQuery } from '../api/session';
import type { ChatWithHistory } from '../api/types';
import { emptyTimeline, reduceAll } from '../timeline/reduce';
import { openStream, type Connection } from '../timeline/stream';

/** The live timeline of a chat. A component must not change its chat while mounted. */
export function useTimeline(chatId: string) {
  const client = useQueryClient();
  const [timeline, apply] = useReducer(reduceAll, emptyTimeline);
  const [connection, setConnection] = useState<Connection>('connecting');

  useEffect(
    () =>
      openStream(paths.events(chatId), {
        onEvents: (events) => {
          apply(events);
          const kinds = new Set(events.map((event) => (event.type === 'chat' ? event.event.kind : event.type)));
          if (kinds.has('run_state')) refreshChats(client);
          if (kinds.has('file') || kinds.has('message')) void client.invalidateQueries({ queryKey: filesQuery(chatId).queryKey });
        },
        onConnection: (next) => {
          setConnection(next);
          // Finds out whether the session has ended.
          if (next === 'lost') void client.invalidateQueries({ queryKey: meQuery.queryKey });
        },
        onDesktop: (desktop) => client.setQueryData(desktopQuery(chatId).queryKey, desktop),
        onTitle: (title) => {
          client.setQueryData(chatQuery(chatId).queryKey, (chat: ChatWithHistory | undefined) => chat && { ...chat, title });
          refreshChats(client);
        },
        onDeleted: () => {
          refreshChats(client);
          // The page then says that the chat does not exist.
          void client.resetQueries({ queryKey: chatQuery(chatId).queryKey, exact: true });
        },
      }),
    [chatId, client],
  );

  return { timeline, connection };
}
