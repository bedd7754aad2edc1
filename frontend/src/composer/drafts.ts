// What the person has written and not sent, by chat. The browser's local storage keeps it over a reload and a login.

import { useSyncExternalStore } from 'react';

const PREFIX = 'deskhand.draft.';
/** Of how many chats drafts are kept. */
const MOST_CHATS = 30;
/** How many characters of a draft are kept at most. A longer one lasts as long as the page. */
const LONGEST = 100_000;

interface StoredDraft {
  text: string;
  /** When it was written, in milliseconds. */
  at: number;
}

const texts = new Map<string, string>();
const listeners = new Set<() => void>();

export function draftOf(chatId: string): string {
  let text = texts.get(chatId);
  if (text === undefined) {
    text = read(PREFIX + chatId)?.text ?? '';
    texts.set(chatId, text);
  }
  return text;
}

export function writeDraft(chatId: string, text: string) {
  texts.set(chatId, text);
  store(PREFIX + chatId, text);
  listeners.forEach((listener) => listener());
}

/** Removes all drafts: whoever logs out leaves nothing behind. */
export function forgetDrafts() {
  texts.clear();
  storedKeys().forEach((key) => localStorage.removeItem(key));
  listeners.forEach((listener) => listener());
}

export function useDraft(chatId: string): string {
  return useSyncExternalStore(subscribe, () => draftOf(chatId));
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function store(key: string, text: string) {
  try {
    if (text === '' || text.length > LONGEST) return localStorage.removeItem(key);
    const another = localStorage.getItem(key) === null;
    localStorage.setItem(key, JSON.stringify({ text, at: Date.now() } satisfies StoredDraft));
    if (another) dropOldest();
  } catch {
    // Storage may be full or blocked; the draft then lasts as long as the page.
  }
}

function dropOldest() {
  const age = (key: string) => read(key)?.at ?? 0;
  const byAge = storedKeys().toSorted((one, other) => age(other) - age(one));
  byAge.slice(MOST_CHATS).forEach((key) => localStorage.removeItem(key));
}

function storedKeys(): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

function read(key: string): StoredDraft | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as StoredDraft | null;
  } catch {
    return null;
  }
}
