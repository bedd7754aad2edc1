import { shownLanguage, words } from '../words';
import { BASE_PATH } from './basePath';
import type { Problem } from './types';

export const API = `${BASE_PATH}api/v1`;

/** A failed request, with a message for the person. `status` is 0 when there was no response. */
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

/** A message for the person about anything that was thrown. */
export function explain(error: unknown): string {
  return error instanceof ApiError ? error.message : words.errors.unexpected;
}

/** Whether a request failed for this reason. */
export const hasCode = (error: unknown, code: string): boolean => error instanceof ApiError && error.code === code;

/** Whether a request failed because the server could not be reached. */
export const isUnreachable = (error: unknown): boolean => error instanceof ApiError && error.status === 0;

/** Turns the body of a failed response into an error. A body that is no problem document gets a general message. */
export function problemFrom(status: number, body: string): ApiError {
  try {
    const problem = JSON.parse(body) as Partial<Problem>;
    const detail = problem.detail || problem.title;
    if (detail) return new ApiError(status, problem.code ?? 'unknown', detail, problem.request_id ?? undefined);
  } catch {
    // Not JSON: the response comes from a proxy.
  }
  return new ApiError(status, 'unknown', words.errors.server(status));
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A new idempotency key. */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Delays before a request is sent again. */
const RETRY_DELAYS_MS = [500, 2000];
/** No response, or one from a proxy or from a service that is shutting down. */
const RETRYABLE_STATUSES = [0, 502, 503, 504];

/** Creates something. The idempotency key makes it safe to send the request again when there is no response. */
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

/** A page of a list. */
export interface Page<Item> {
  items: Item[];
  /** The query of the next page; null on the last one. */
  next: string | null;
}

/** Reads a page of a list. */
export async function requestPage<Item>(path: string, query: string): Promise<Page<Item>> {
  const response = await send('GET', path + query);
  const next = /<([^>]*)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1] ?? null;
  return { items: (await response.json()) as Item[], next };
}

/** One request to the API. A response without a body gives `undefined`. */
export async function request<Answer>(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await send(method, path, body, headers);
  const text = await response.text().catch(() => '');
  return (text ? JSON.parse(text) : undefined) as Answer;
}

/** Asks for problems in the language that is shown. */
export const inLanguage = () => ({ 'Accept-Language': shownLanguage() });

async function send(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(API + path, {
      method,
      headers: { ...inLanguage(), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, 'unreachable', words.errors.unreachable);
  }
  if (!response.ok) throw problemFrom(response.status, await response.text().catch(() => ''));
  return response;
}
