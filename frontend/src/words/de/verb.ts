import type { Verb } from '../verb';

/** `infinitive` follows what the verb is done to, as in "Darf Claude diesen Befehl ausführen?" */
export const verb = (done: string, doing: string, toDo: string, infinitive: string): Verb => ({
  done,
  doing,
  toDo,
  request: (object) => `${object} ${infinitive}`.trim(),
});
