import { words } from '../words';
import { API, ApiError, inLanguage, problemFrom } from './client';
import type { StoredFile } from './types';

/** Sends bytes. XMLHttpRequest, because fetch reports no upload progress. `progress` is 0 to 1. */
export function send(
  method: 'POST' | 'PUT',
  url: string,
  body: FormData | File,
  progress: (share: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    Object.entries(inLanguage()).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status < 300) resolve(request.responseText);
      else reject(problemFrom(request.status, request.responseText));
    };
    request.onerror = () => reject(new ApiError(0, 'unreachable', words.errors.unreachable));
    signal?.addEventListener('abort', () => request.abort());
    request.send(body);
  });
}

/** Uploads one file. `progress` is 0 to 1. */
export async function uploadFile(file: File, progress: (share: number) => void, signal: AbortSignal): Promise<StoredFile> {
  const form = new FormData();
  form.append('file', file, file.name);
  return JSON.parse(await send('POST', `${API}/files/upload/`, form, progress, signal)) as StoredFile;
}
