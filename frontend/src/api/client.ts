import { words } from '../words';
import type { Problem } from './types';

export const API = '/api/v1';

/** A request that failed, in words for the person. `status` is 0 when no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(status: number, code: string, detail: string, requestId?: string) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.requestId = requestId;
  }
}

/** What went wrong, for the person, whatever was thrown. */
export function explain(error: unknown): string {
  return error instanceof ApiError ? error.message : words.errors.unexpected;
}

/** Turns the body of a failed answer into an error; bodies that are no problem document get our own words. */
export function problemFrom(status: number, body: string): ApiError {
  try {
    const problem = JSON.parse(body) as Partial<Problem>;
    const detail = problem.detail || problem.title;
    if (detail) return new ApiError(status, problem.code ?? 'unknown', detail, problem.request_id ?? undefined);
  } catch {
    // Not JSON: a proxy in between has answered.
  }
  return new ApiError(status, 'unknown', words.errors.server(status));
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** A name for a call that must take effect once, however often it is sent. */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Waits before a creating call that got no answer is sent again. */
const RETRY_DELAYS_MS = [500, 2000];
/** No answer, or one of a proxy or of a service that is just ending. */
const RETRYABLE_STATUSES = [0, 502, 503, 504];

/** A call that creates something. Sent again when no answer came: the key makes it take effect once. */
export async function create<Answer>(path: string, body: unknown, key: string = newKey()): Promise<Answer> {
  for (const pause of RETRY_DELAYS_MS) {
    try {
      return await request<Answer>('POST', path, body, { 'Idempotency-Key': key });
    } catch (error) {
      if (!(error instanceof ApiError) || !RETRYABLE_STATUSES.includes(error.status)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return request<Answer>('POST', path, body, { 'Idempotency-Key': key });
}

/** One request to the API. Answers without a body give `undefined`. */
export async function request<Answer>(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(API + path, {
      method,
      headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, 'unreachable', words.errors.unreachable);
  }
  const text = await response.text().catch(() => '');
  if (!response.ok) throw problemFrom(response.status, text);
  return (text ? JSON.parse(text) : undefined) as Answer;
}
