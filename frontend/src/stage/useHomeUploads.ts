import { useRef, useState } from 'react';
import { ApiError, explain } from '../api/client';
import { uploadToHome } from '../api/home';

export interface HomeUpload {
  key: number;
  file: File;
  /** Where it goes, relative to the home folder. */
  path: string;
  state: { kind: 'uploading'; share: number } | { kind: 'done' } | { kind: 'exists' } | { kind: 'failed'; problem: string };
}

/** Uploads into a folder of the desktop. `onDone` is called when one is there. */
export function useHomeUploads(chatId: string, folder: string, onDone: () => void) {
  const [uploads, setUploads] = useState<HomeUpload[]>([]);
  const counter = useRef(0);
  const update = (key: number, state: HomeUpload['state']) =>
    setUploads((all) => all.map((one) => (one.key === key ? { ...one, state } : one)));

  const start = async ({ key, file, path }: HomeUpload, replace: boolean) => {
    update(key, { kind: 'uploading', share: 0 });
    try {
      await uploadToHome(chatId, path, file, replace, (share) => update(key, { kind: 'uploading', share }));
      update(key, { kind: 'done' });
      onDone();
    } catch (error) {
      const exists = error instanceof ApiError && error.code === 'file_exists';
      update(key, exists ? { kind: 'exists' } : { kind: 'failed', problem: explain(error) });
    }
  };
  const add = (files: Iterable<File>) => {
    for (const file of files) {
      counter.current += 1;
      const path = folder ? `${folder}/${file.name}` : file.name;
      const upload: HomeUpload = { key: counter.current, file, path, state: { kind: 'uploading', share: 0 } };
      // What is done makes room for what comes.
      setUploads((all) => [...all.filter(({ state }) => state.kind !== 'done'), upload]);
      void start(upload, false);
    }
  };
  return {
    uploads,
    add,
    replace: (upload: HomeUpload) => void start(upload, true),
    dismiss: (key: number) => setUploads((all) => all.filter((one) => one.key !== key)),
  };
}
