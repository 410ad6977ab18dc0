import { NobodyKnown } from '../host/Host';

/** Why a call was not done: `reason` for programs, `detail` the app's own sentence. */
export class Problem extends Error {
  constructor(
    /** 0 when there was no answer. */
    readonly status: number,
    readonly reason: string,
    readonly detail = '',
    readonly more: { field?: string; runId?: string; groups?: string[]; retryAfter?: number } = {},
  ) {
    super(reason);
  }

  /** Whether it says the same. */
  like(other: Problem | undefined): boolean {
    return this.status === other?.status && this.reason === other.reason && this.detail === other.detail;
  }

  static of(thrown: unknown): Problem {
    return thrown instanceof Problem ? thrown : new Problem(0, 'unexpected');
  }
}

export type Send = (path: string, init: RequestInit) => Promise<Response>;

export interface Answer<T> {
  body: T;
  /** The version of what was shown, for the next change. */
  etag: string | null;
}

interface ProblemBody {
  reason?: string;
  detail?: string;
  field?: string;
  runId?: string;
  groups?: string[];
}

/** JSON in and out, and every failure a {@link Problem}. */
export class Client {
  constructor(
    private readonly send: Send,
    private readonly base: string,
  ) {}

  async get<T>(path: string): Promise<T> {
    return (await this.call<T>('GET', path)).body;
  }

  async post<T>(path: string, body?: unknown): Promise<T> {
    return (await this.call<T>('POST', path, body)).body;
  }

  async remove<T>(path: string): Promise<T> {
    return (await this.call<T>('DELETE', path)).body;
  }

  async call<T>(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Answer<T>> {
    const headers: Record<string, string> = { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...more };
    const response = await this.fetch(`${this.base}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    // A gateway in between may answer with a page.
    const answer: unknown = await response.json().catch(() => ({}));
    if (response.ok) return { body: answer as T, etag: response.headers.get('ETag') };
    const { reason = 'unknown', detail = '', field, runId, groups } = answer as ProblemBody;
    const wait = Number(response.headers.get('Retry-After'));
    throw new Problem(response.status, reason, detail, { field, runId, groups, retryAfter: wait > 0 ? wait : undefined });
  }

  private async fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.send(path, init);
    } catch (thrown) {
      throw new Problem(0, thrown instanceof NobodyKnown ? thrown.reason : 'network');
    }
  }
}

/** A query string of what is set. */
export function query(values: Record<string, string | number | undefined>): string {
  const set = Object.entries(values).filter((entry): entry is [string, string | number] => entry[1] !== undefined && entry[1] !== '');
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}`;
}
