import { afterEach, expect, test, vi } from 'vitest';

/** The module as a reloaded page has it. */
async function reload() {
  vi.resetModules();
  return import('./drafts');
}
const kept = () => Object.keys(localStorage).length;

afterEach(() => {
  localStorage.clear();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('a draft survives a reload until it is sent', async () => {
  (await reload()).writeDraft('c1', 'half a sen');
  const { draftOf, writeDraft } = await reload();
  expect(draftOf('c1')).toBe('half a sen');
  expect(draftOf('c2')).toBe('');
  writeDraft('c1', '');
  expect((await reload()).draftOf('c1')).toBe('');
  expect(kept()).toBe(0);
});

test('the latest 30 are kept, and none that is very long', async () => {
  vi.useFakeTimers();
  const { draftOf, writeDraft } = await reload();
  for (let chat = 0; chat < 35; chat += 1) {
    vi.setSystemTime(chat);
    writeDraft(`c${chat}`, `text ${chat}`);
  }
  expect(kept()).toBe(30);
  const long = 'x'.repeat(100_001);
  writeDraft('c34', long);
  expect(draftOf('c34')).toBe(long);
  const reloaded = await reload();
  expect(reloaded.draftOf('c34')).toBe('');
  expect(reloaded.draftOf('c5')).toBe('text 5');
  expect(reloaded.draftOf('c4')).toBe('');
});

test('whoever logs out leaves none behind', async () => {
  localStorage.setItem('deskhand.theme', 'dark');
  const { draftOf, forgetDrafts, writeDraft } = await reload();
  writeDraft('c1', 'secret');
  forgetDrafts();
  expect(draftOf('c1')).toBe('');
  expect(Object.keys(localStorage)).toEqual(['deskhand.theme']);
});

test('without storage a draft lasts as long as the page', async () => {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  const { draftOf, writeDraft } = await reload();
  writeDraft('c1', 'kept');
  expect(draftOf('c1')).toBe('kept');
});
