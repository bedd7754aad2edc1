// Messages that have been sent without an answer yet, by chat. The browser's session storage keeps them over a reload and a login.

import type { PendingMessage } from './useSend';

const PREFIX = 'deskhand.unsent.';

export function readUnsent(chatId: string): PendingMessage[] {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + chatId) ?? '[]') as PendingMessage[];
  } catch {
    return [];
  }
}

export function writeUnsent(chatId: string, messages: PendingMessage[]) {
  try {
    if (messages.length === 0) sessionStorage.removeItem(PREFIX + chatId);
    else sessionStorage.setItem(PREFIX + chatId, JSON.stringify(messages));
  } catch {
    // Storage may be full or blocked; the messages then last as long as the page.
  }
}

/** Removes all of them: whoever logs out leaves nothing behind. */
export function forgetUnsent() {
  try {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
    keys.forEach((key) => sessionStorage.removeItem(key));
  } catch {
    // Blocked storage holds none.
  }
}
