import { API } from './client';

/** URLs that the browser loads by itself: screenshots, downloads, streams. */
export const paths = {
  screenshot: (chatId: string, sha256: string) => `${API}/chats/${chatId}/screenshots/${sha256}`,
  fileContent: (fileId: string) => `${API}/files/${fileId}/content`,
  events: (chatId: string) => `${API}/chats/${chatId}/events`,
  /** The live view. It accepts input if `lease` is given. */
  vnc: (chatId: string, lease: string | null) => {
    const origin = window.location.origin.replace(/^http/, 'ws');
    return `${origin}${API}/chats/${chatId}/desktop/vnc${lease ? `?lease=${lease}` : ''}`;
  },
};
