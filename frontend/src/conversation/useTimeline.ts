import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useReducer, useState } from 'react';
import { chatQuery, earlierEvents, refreshChats } from '../api/chats';
import { chatCostQuery } from '../api/costs';
import { desktopQuery } from '../api/desktops';
import { filesQuery } from '../api/files';
import { meQuery } from '../api/session';
import type { ChatEvent, ChatWithHistory } from '../api/types';
import type { Earlier } from '../blocks/ConversationActions';
import { addEarlier, addEvents, emptyLog } from '../timeline/log';
import { openStream, type Connection } from '../timeline/stream';
import type { StreamEvent } from '../timeline/types';

/** What changes the log: events that arrived, or a page of earlier ones. */
type Change = { arrived: StreamEvent[] } | { earlier: ChatEvent[]; complete: boolean };

/** The live timeline of a chat. A component must not change its chat while mounted. */
export function useTimeline(chatId: string) {
  const client = useQueryClient();
  const [log, apply] = useReducer(
    (log, change: Change) =>
      'arrived' in change ? addEvents(log, change.arrived) : addEarlier(log, change.earlier, change.complete),
    emptyLog,
  );
  const { timeline } = log;
  const [connection, setConnection] = useState<Connection>('connecting');
  const earlier = useMutation({
    mutationFn: (before: number) => earlierEvents(chatId, before),
    onSuccess: ({ items, next }) => apply({ earlier: items, complete: next === null }),
  });

  useEffect(
    () =>
      openStream(chatId, {
        onEvents: (events) => {
          apply({ arrived: events });
          const kinds = new Set(events.map((event) => (event.type === 'chat' ? event.event.kind : event.type)));
          if (kinds.has('run_state')) refreshChats(client);
          if (kinds.has('assistant_turn') || kinds.has('run_state')) void client.invalidateQueries(chatCostQuery(chatId));
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

  const { from } = timeline;
  const { isPending: loading, error, mutate } = earlier;
  const more = useMemo<Earlier>(
    () => ({
      loading,
      error,
      load: () => {
        if (from !== null && !loading) mutate(from);
      },
    }),
    [from, loading, error, mutate],
  );
  return { timeline, connection, earlier: more };
}
