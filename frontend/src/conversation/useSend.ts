import { useRef, useState } from 'react';
import { explain, request } from '../api/client';
import type { AddedMessage, AttachedFile } from '../api/types';
import type { Timeline } from './timeline';

/** A message on its way: shown at once, until the chat's events bring it. */
export interface PendingMessage {
  key: number;
  text: string;
  files: AttachedFile[];
  runId: string | null;
  error: string | null;
}

export function useSend(chatId: string, timeline: Timeline) {
  const [pending, setPending] = useState<PendingMessage[]>([]);
  const counter = useRef(0);
  const update = (key: number, change: Partial<PendingMessage>) =>
    setPending((all) => all.map((message) => (message.key === key ? { ...message, ...change } : message)));

  const post = async ({ key, text, files }: PendingMessage) => {
    try {
      const { run } = await request<AddedMessage>('POST', `/chats/${chatId}/history`, {
        role: 'user',
        message: text,
        extra_data: {},
        file_ids: files.map((file) => file.id),
      });
      update(key, { runId: run.id });
    } catch (error) {
      update(key, { error: explain(error) });
    }
  };
  const send = (text: string, files: AttachedFile[] = []) => {
    counter.current += 1;
    const message: PendingMessage = { key: counter.current, text, files, runId: null, error: null };
    setPending((all) => [...all, message]);
    void post(message);
  };
  const retry = (message: PendingMessage) => {
    update(message.key, { error: null });
    void post(message);
  };
  const discard = (message: PendingMessage) => setPending((all) => all.filter(({ key }) => key !== message.key));

  const arrived = new Set(timeline.blocks.map((block) => block.message && block.runId));
  return { pending: pending.filter(({ runId }) => !runId || !arrived.has(runId)), send, retry, discard };
}
