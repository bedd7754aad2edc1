import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { sendMessage } from '../api/chats';
import { ApiError, explain, newKey } from '../api/client';
import { PROBLEM_CODES } from '../api/codes';
import { chatCostQuery } from '../api/costs';
import type { AttachedFile } from '../api/types';
import type { Connection } from '../timeline/stream';
import type { Timeline } from '../timeline/types';
import { words } from '../words';
import { draftOf, writeDraft } from './drafts';
import { readUnsent, writeUnsent } from './unsent';

/** A message that is being sent: shown at once, until its event arrives. */
export interface PendingMessage {
  /** Stored with the message, to recognize its event, and the idempotency key of the request. */
  key: string;
  text: string;
  files: AttachedFile[];
  /** The id of the message that it replaces. */
  replaces: string | null;
  error: string | null;
  /** Whether it is sent again as soon as the connection is back: there was no response. */
  waits: boolean;
  /** Whether it was sent before the page was loaded. */
  restored: boolean;
}

export function useSend(chatId: string, timeline: Timeline, connection: Connection) {
  const [pending, setPending] = useState<PendingMessage[]>(() => readUnsent(chatId).map(restore));
  const client = useQueryClient();
  const { mutateAsync: post } = useMutation({ mutationFn: (message: PendingMessage) => sendMessage(chatId, bodyOf(message), message.key) });
  // The chat keeps messages in the order in which they arrive.
  const last = useRef<Promise<void>>(Promise.resolve());

  const enqueue = useCallback(
    (message: PendingMessage) => {
      const deliver = async () => {
        try {
          await post(message);
        } catch (error) {
          const status = error instanceof ApiError ? error.status : null;
          const unpriced = error instanceof ApiError && error.code === PROBLEM_CODES.priceUnknown;
          // The composer then says why it sends nothing.
          if (unpriced) await client.invalidateQueries(chatCostQuery(chatId));
          if ((status === 401 || unpriced) && giveBack(chatId, message)) setPending(without(message));
          else setPending(changed(message, { error: explain(error), waits: status === 0 }));
        }
      };
      last.current = last.current.then(deliver);
    },
    [chatId, client, post],
  );
  const send = useCallback(
    (text: string, files: AttachedFile[] = [], replaces?: string) => {
      const message: PendingMessage = { key: newKey(), text, files, replaces: replaces ?? null, error: null, waits: false, restored: false };
      setPending((all) => [...all, message]);
      enqueue(message);
    },
    [enqueue],
  );
  const retry = (message: PendingMessage) => {
    setPending(changed(message, { error: null, waits: false, restored: false }));
    enqueue(message);
  };
  const discard = (message: PendingMessage) => setPending(without(message));

  const arrived = new Set(timeline.blocks.map((block) => block.message?.sentAs));
  const unsent = pending.filter(({ key }) => !arrived.has(key));
  useEffect(() => writeUnsent(chatId, unsent));

  const sendWaiting = useEffectEvent(() => unsent.filter(({ waits }) => waits).forEach(retry));
  useEffect(() => {
    if (connection === 'open') sendWaiting();
  }, [connection]);

  // Until the replay is complete, a message from before may have arrived.
  return { pending: unsent.filter(({ restored }) => timeline.ready || !restored), send, retry, discard };
}

const changed =
  ({ key }: PendingMessage, change: Partial<PendingMessage>) =>
  (all: PendingMessage[]): PendingMessage[] =>
    all.map((message) => (message.key === key ? { ...message, ...change } : message));

const without =
  ({ key }: PendingMessage) =>
  (all: PendingMessage[]): PendingMessage[] =>
    all.filter((message) => message.key !== key);

/** A message as it is found after a reload: it is sent again only when the person wants it. */
const restore = (message: PendingMessage): PendingMessage => ({
  ...message,
  error: message.error ?? words.message.unanswered,
  waits: false,
  restored: true,
});

const bodyOf = ({ key, text, files, replaces }: PendingMessage) => ({
  role: 'user' as const,
  message: text,
  extra_data: { sent_as: key },
  file_ids: files.map((file) => file.id),
  ...(replaces === null ? {} : { replaces }),
});

/** Puts a message back into the composer, where the person finds it after logging in again, or choosing another model. Returns whether there was room. */
function giveBack(chatId: string, { key, text, files, replaces }: PendingMessage): boolean {
  if (files.length > 0 || replaces !== null || draftOf(chatId).trim() !== '') return false;
  writeDraft(chatId, text);
  // At once: the login page may replace the chat before it is rendered again.
  writeUnsent(chatId, readUnsent(chatId).filter((message) => message.key !== key));
  return true;
}
