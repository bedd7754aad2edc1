/** What a step does, in the forms that the interface needs. What it is done to follows the first three. */
export interface Verb {
  /** "Clicked" */
  done: string;
  /** "Clicking" */
  doing: string;
  /** "Click" */
  toDo: string;
  /** Completes "Allow Claude to …?" with what it is done to: "click at 200, 300". */
  request: (object: string) => string;
}
