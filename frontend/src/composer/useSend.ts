import { useRef, useState } from 'react';
import { sendMessage } from '../api/chats';
import { explain, newKey } from '../api/client';
import type { AttachedFile } from '../api/types';
import type { Timeline } from '../timeline/types';

/** A message that is being sent: shown at once, until its event arrives. */
export interface PendingMessage {
  /** Stored with the message, to recognize its event, and the idempotency key of the request. */
  key: string;
  text: string;
  files: AttachedFile[];
  /** The id of the message that it replaces. */
  replaces: string | null;
  error: string | null;
}

export function useSend(chatId: string, timeline: Timeline) {
  const [pending, setPending] = useState<PendingMessage[]>([]);
  const update = (key: string, change: Partial<PendingMessage>) =>
    setPending((all) => all.map((message) => (message.key === key ? { ...message, ...change } : message)));
  // The chat keeps messages in the order in which they arrive.
  const last = useRef<Promise<void>>(Promise.resolve());

  const post = async ({ key, text, files, replaces }: PendingMessage) => {
    const body = {
      role: 'user' as const,
      message: text,
      extra_data: { sent_as: key },
      file_ids: files.map((file) => file.id),
      ...(replaces === null ? {} : { replaces }),
    };
    try {
      await sendMessage(chatId, body, key);
    } catch (error) {
      update(key, { error: explain(error) });
    }
  };
  const enqueue = (message: PendingMessage) => (last.current = last.current.then(() => post(message)));
  const send = (text: string, files: AttachedFile[] = [], replaces?: string) => {
    const message: PendingMessage = { key: newKey(), text, files, replaces: replaces ?? null, error: null };
    setPending((all) => [...all, message]);
    void enqueue(message);
  };
  const retry = (message: PendingMessage) => {
    update(message.key, { error: null });
    void enqueue(message);
  };
  const discard = (message: PendingMessage) => setPending((all) => all.filter(({ key }) => key !== message.key));

  const arrived = new Set(timeline.blocks.map((block) => block.message?.sentAs));
  return { pending: pending.filter(({ key }) => !arrived.has(key)), send, retry, discard };
}
