/** How long to wait before each further attempt. */
const PAUSES_MS = [500, 2000, 5000];

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const untilOnline = () => navigator.onLine || new Promise((resolve) => addEventListener('online', resolve, { once: true }));

/** Loads a part of the code, which `lazy` would not try again. */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  for (const ms of PAUSES_MS) {
    try {
      return await load();
    } catch {
      await pause(ms);
      await untilOnline();
    }
  }
  return load();
}
