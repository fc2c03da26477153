// The one place that talks to the server: JSON in and out, the CSRF header, and refusals as `Refusal`.

const BASE = "/api/v1";
const CSRF_COOKIE = "irp_csrf";

/** What the server refused, in its own Bahasa Indonesia sentence (RFC 9457 `detail`). Status 0: no answer came. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.name = "Refusal";
    this.status = status;
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

interface Options {
  method?: "GET" | "POST" | "DELETE";
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Calls `BASE + path` and gives back its JSON. Throws `Refusal`; an abort stays an abort. */
export async function request<Answer>(path: string, options: Options = {}): Promise<Answer> {
  const response = await send(path, options);
  if (!response.ok) throw await refusalOf(response);
  return response.status === 204 ? (undefined as Answer) : ((await response.json()) as Answer);
}

async function send(path: string, { method = "GET", query = {}, body, headers = {}, signal }: Options): Promise<Response> {
  const isForm = body instanceof FormData;
  const init: RequestInit = {
    method,
    credentials: "same-origin",
    headers: {
      Accept: "application/json",
      ...(body !== undefined && !isForm ? { "Content-Type": "application/json" } : {}),
      ...(method === "GET" ? {} : { "X-CSRF-Token": cookie(CSRF_COOKIE) }),
      ...headers,
    },
  };
  if (body !== undefined) init.body = isForm ? body : JSON.stringify(body);
  if (signal) init.signal = signal;
  try {
    return await fetch(BASE + path + queryString(query), init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refusal(0, "");
  }
}

async function refusalOf(response: Response): Promise<Refusal> {
  try {
    const problem: unknown = await response.json();
    if (typeof problem === "object" && problem !== null && "detail" in problem && typeof problem.detail === "string") {
      return new Refusal(response.status, problem.detail);
    }
  } catch {
    // A proxy's HTML page: the status says all there is.
  }
  return new Refusal(response.status, "");
}

export function queryString(query: Query): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  if (pairs.length === 0) return "";
  return "?" + new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
}

function cookie(name: string): string {
  const pair = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}

/** An idempotency key. `crypto.randomUUID` is missing on plain http in an office network; random values are not. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const urlOf = (path: string): string => BASE + path;
