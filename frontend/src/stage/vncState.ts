/** The state of the live view. */
export type VncState =
  | { kind: 'connecting' }
  | { kind: 'connected' }
  | { kind: 'lost' }
  /** The server did not accept the lease. */
  | { kind: 'refused' }
  | { kind: 'taken' };

/** The server's close code when this window has lost control. */
const CONTROL_LOST = 4001;

export interface Close {
  control: boolean;
  /** Whether the connection had been established. */
  opened: boolean;
  code: number;
  /** The number of failed attempts before this one. */
  failures: number;
}

/** The state after a closed connection, and the delay before the next attempt; null when a retry is useless. */
export function afterClose({ control, opened, code, failures }: Close): { state: VncState; retryMs: number | null } {
  if (code === CONTROL_LOST) return { state: { kind: 'taken' }, retryMs: null };
  if (control && !opened) return { state: { kind: 'refused' }, retryMs: null };
  return { state: { kind: 'lost' }, retryMs: Math.min(250 * 2 ** failures, 8000) };
}
