import { useRef, useState } from 'react';
import { explain } from '../api/client';
import type { AttachedFile } from '../api/types';
import { uploadFile } from '../api/upload';
import { words } from '../words';

export interface Attachment {
  key: number;
  name: string;
  size: number;
  state: { kind: 'uploading'; share: number } | { kind: 'done'; file: AttachedFile } | { kind: 'failed'; problem: string };
}

/** The attachments of the next message. Files are uploaded at once. */
export function useAttachments(limit: number) {
  const [attachments, setAttachments] = useState<Attachment[]>([]);
  const uploads = useRef(new Map<number, AbortController>());
  const counter = useRef(0);
  const update = (key: number, state: Attachment['state']) =>
    setAttachments((all) => all.map((one) => (one.key === key ? { ...one, state } : one)));

  const upload = async (key: number, file: File) => {
    const abort = new AbortController();
    uploads.current.set(key, abort);
    try {
      const stored = await uploadFile(file, (share) => update(key, { kind: 'uploading', share }), abort.signal);
      update(key, { kind: 'done', file: { id: stored.id, name: stored.name, path: '' } });
    } catch (error) {
      update(key, { kind: 'failed', problem: explain(error) });
    } finally {
      uploads.current.delete(key);
    }
  };
  const add = (files: Iterable<File>) => {
    for (const file of files) {
      counter.current += 1;
      const key = counter.current;
      const fits = file.size <= limit;
      const state: Attachment['state'] = fits
        ? { kind: 'uploading', share: 0 }
        : { kind: 'failed', problem: words.composer.tooLarge(words.bytes(limit)) };
      setAttachments((all) => [...all, { key, name: file.name, size: file.size, state }]);
      if (fits) void upload(key, file);
    }
  };
  const remove = (key: number) => {
    uploads.current.get(key)?.abort();
    setAttachments((all) => all.filter((one) => one.key !== key));
  };
  const clear = () => setAttachments([]);

  const files = attachments.flatMap(({ state }) => (state.kind === 'done' ? [state.file] : []));
  const uploading = attachments.some(({ state }) => state.kind === 'uploading');
  return { attachments, files, uploading, add, remove, clear };
}
