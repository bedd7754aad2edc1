import { words } from '../words';
import { API, ApiError, problemFrom } from './client';
import type { StoredFile } from './types';

/** Uploads one file. XMLHttpRequest, because fetch reports no upload progress. `progress` is 0 to 1. */
export function uploadFile(file: File, progress: (share: number) => void, signal: AbortSignal): Promise<StoredFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${API}/files/upload/`);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as StoredFile);
      else reject(problemFrom(request.status, request.responseText));
    };
    request.onerror = () => reject(new ApiError(0, 'unreachable', words.errors.unreachable));
    signal.addEventListener('abort', () => request.abort());
    const form = new FormData();
    form.append('file', file, file.name);
    request.send(form);
  });
}
