// Looks into catalogues, for tests.

export type Say = (...values: unknown[]) => unknown;
export type Line = string | Say;

/** Each line of a catalogue by its path, such as `chats.new`. */
export function linesOf(node: unknown, path: string[] = []): [string, Line][] {
  if (typeof node === 'string' || typeof node === 'function') return [[path.join('.'), node as Line]];
  return Object.entries(node as object).flatMap(([name, child]) => linesOf(child, [...path, name]));
}

/** Two values of each kind that a text may contain. */
const KINDS = [
  [3, 70_000],
  ['Ada', 'Grace'],
  [['Ada'], ['Ada', 'Grace']],
] as const;

/** Two values for each parameter of a function, of kinds with which it works. */
export function valuesFor(line: Say): (readonly unknown[])[] {
  let all: (readonly unknown[])[][] = [[]];
  for (let value = 0; value < line.length; value += 1) all = all.flatMap((kinds) => KINDS.map((kind) => [...kinds, kind]));
  return all.find((kinds) => {
    try {
      return line(...kinds.map(([one]) => one)) !== undefined;
    } catch {
      return false;
    }
  })!;
}

/** The sentences of a catalogue, and the parts of at least two words of those that contain values. */
export function phrasesOf(catalogue: unknown): string[] {
  return linesOf(catalogue).flatMap(([, line]) => {
    if (typeof line === 'string') return [line];
    const text = line(...valuesFor(line).map(([one]) => one));
    if (typeof text !== 'string') return [];
    return text
      .split(/Ada|\d+/)
      .map((part) => part.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ''))
      .filter((part) => /\p{L}{2} .*\p{L}{2}/u.test(part));
  });
}
