// How the generated client talks to the server: same origin, the CSRF header, and refusals as `Refusal`.
import { client } from "./client/client.gen";

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

client.setConfig({ baseUrl: "", credentials: "same-origin", throwOnError: true });
client.interceptors.request.use((request) => {
  if (request.method !== "GET") request.headers.set("X-CSRF-Token", cookie(CSRF_COOKIE));
  return request;
});
client.interceptors.error.use((error, response) => {
  if (error instanceof DOMException && error.name === "AbortError") return error;
  return new Refusal(response?.status ?? 0, detailOf(error));
});

/** For the few requests that the generated client does not send. */
export const csrfHeaders = (): Record<string, string> => ({ "X-CSRF-Token": cookie(CSRF_COOKIE) });

/** Gives the answer's body as the type the caller knows it to be. Throws `Refusal`; an abort stays an abort. */
export async function bodyOf<Body>(answer: Promise<{ data: unknown }>): Promise<Body> {
  return (await answer).data as Body;
}

function detailOf(problem: unknown): string {
  const isProblem = typeof problem === "object" && problem !== null && "detail" in problem;
  return isProblem && typeof problem.detail === "string" ? problem.detail : "";
}

function cookie(name: string): string {
  const pair = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}

/** An idempotency key. `crypto.randomUUID` is missing on plain http in an office network; random values are not. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
