import type { Verb } from '../verb';

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** `toDo` is the infinitive, as in "Claude pode executar este comando?" */
export const verb = (done: string, doing: string, toDo: string): Verb => ({
  done,
  doing,
  toDo,
  request: (object) => `${lower(toDo)} ${object}`.trim(),
});
