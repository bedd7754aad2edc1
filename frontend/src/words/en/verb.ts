import type { Verb } from '../verb';

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

export const verb = (done: string, doing: string, toDo: string): Verb => ({
  done,
  doing,
  toDo,
  request: (object) => `${lower(toDo)} ${object}`.trim(),
});
