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

/** One request to the API. Answers without a body give `undefined`. */
export async function request<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(API + path, {
      method,
      headers: body === undefined ? undefined : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, 'unreachable', words.errors.unreachable);
  }
  const text = await response.text().catch(() => '');
  if (!response.ok) throw problemFrom(response.status, text);
  return (text ? JSON.parse(text) : undefined) as Answer;
}
