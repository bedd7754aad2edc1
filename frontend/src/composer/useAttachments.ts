import { useEffect, useRef, useState } from 'react';
import { explain } from '../api/client';
import type { AttachedFile } from '../api/types';
import { uploadFile } from '../api/upload';
import { isPicture } from '../controls/pictures';
import { words } from '../words';

export interface Attachment {
  key: number;
  name: string;
  size: number;
  /** The address of a picture's preview. */
  preview: string | null;
  state: { kind: 'uploading'; share: number } | { kind: 'done'; file: AttachedFile } | { kind: 'failed'; problem: string };
}

/** The attachments of the next message. Files are uploaded at once. */
export function useAttachments(limit: number) {
  const [attachments, setAttachments] = useState<Attachment[]>([]);
  const uploads = useRef(new Map<number, AbortController>());
  const counter = useRef(0);
  const previews = useRef(new Map<number, string>());
  useEffect(() => {
    const shown = previews.current;
    return () => shown.forEach((preview) => URL.revokeObjectURL(preview));
  }, []);
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
      const preview = fits && isPicture(file) ? URL.createObjectURL(file) : null;
      if (preview) previews.current.set(key, preview);
      setAttachments((all) => [...all, { key, name: file.name, size: file.size, preview, state }]);
      if (fits) void upload(key, file);
    }
  };
  const forget = (key: number) => {
    const preview = previews.current.get(key);
    if (preview) URL.revokeObjectURL(preview);
    previews.current.delete(key);
  };
  const remove = (key: number) => {
    uploads.current.get(key)?.abort();
    forget(key);
    setAttachments((all) => all.filter((one) => one.key !== key));
  };
  const clear = () => {
    [...previews.current.keys()].forEach(forget);
    setAttachments([]);
  };

  const files = attachments.flatMap(({ state }) => (state.kind === 'done' ? [state.file] : []));
  const uploading = attachments.some(({ state }) => state.kind === 'uploading');
  return { attachments, files, uploading, add, remove, clear };
}
