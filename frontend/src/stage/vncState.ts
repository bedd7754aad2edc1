/** How the live view is doing. */
export type VncState =
  | { kind: 'connecting' }
  | { kind: 'connected' }
  | { kind: 'lost' }
  /** Control was not given, or has been lost. */
  | { kind: 'refused' }
  | { kind: 'taken' };

/** Close code of the server: this window is not in control any more. */
const CONTROL_LOST = 4001;

export interface Close {
  control: boolean;
  /** Whether the connection had come about. */
  opened: boolean;
  code: number;
  /** Attempts that failed in a row before this one. */
  failures: number;
}

/** What follows from a closed connection; `retryMs` is null when trying again is of no use. */
export function afterClose({ control, opened, code, failures }: Close): { state: VncState; retryMs: number | null } {
  if (code === CONTROL_LOST) return { state: { kind: 'taken' }, retryMs: null };
  if (control && !opened) return { state: { kind: 'refused' }, retryMs: null };
  return { state: { kind: 'lost' }, retryMs: Math.min(250 * 2 ** failures, 8000) };
}
