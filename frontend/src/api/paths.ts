import { API } from './client';

/** URLs that the browser loads by itself: screenshots, downloads, streams. */
export const paths = {
  screenshot: (chatId: string, sha256: string) => `${API}/chats/${chatId}/screenshots/${sha256}`,
  /** A JPEG of at most 320 by 320 pixels. */
  thumbnail: (chatId: string, sha256: string) => `${paths.screenshot(chatId, sha256)}?thumbnail=true`,
  fileContent: (fileId: string) => `${API}/files/${fileId}/content`,
  /** All files of a chat, as one archive. */
  chatFiles: (chatId: string) => `${API}/chats/${chatId}/files.zip`,
  /** A file of a desktop's home folder. */
  homeFile: (chatId: string, path: string) => `${API}/chats/${chatId}/desktop/home/content?path=${encodeURIComponent(path)}`,
  /** The WebSocket for any number of chats. */
  socket: () => `${webSockets()}/ws`,
  /** The live view. It accepts input if `lease` is given. */
  vnc: (chatId: string, lease: string | null) => `${webSockets()}/chats/${chatId}/desktop/vnc${lease ? `?lease=${lease}` : ''}`,
};

const webSockets = () => window.location.origin.replace(/^http/, 'ws') + API;
