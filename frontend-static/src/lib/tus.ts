// A file sent in pieces by tus 1.0.0: goes on where it stopped after a break, a pause, or a reload of the page.
import { csrfHeaders, Refusal } from "./http";
import { forget, recall, remember } from "./memory";
import { textBase64 } from "./base64";

const PLACE = "/api/v1/uploads";
const VERSION = { "Tus-Resumable": "1.0.0" };
/** A proxy in between may hold back or refuse larger bodies; a pause loses at most one. */
export const PIECE_BYTES = 16 * 1024 * 1024;
const WAITS_MS = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000];
/** What another attempt may answer otherwise: no line, too slow, still being written, server busy or restarting. */
const PASSING = new Set([0, 408, 409, 423, 429, 500, 502, 503, 504]);
const MAX_FAILURES = 20;

export interface Destination {
  /** Without an incident the file goes to the intake. */
  incidentId: string | undefined;
  kelengkapan: string | undefined;
}

export interface Answer {
  status: number;
  header: (name: string) => string | null;
  detail: string;
}

export interface Line {
  /** One request; `onSent` is told the bytes of the body that have left. Rejects only when aborted. */
  ask: (request: Asked, signal: AbortSignal) => Promise<Answer>;
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export interface Asked {
  method: "POST" | "HEAD" | "PATCH" | "DELETE";
  place: string;
  headers: Record<string, string>;
  body?: Blob;
  onSent?: (bytes: number) => void;
}

/** Says which file this is, as far as a browser can tell without reading all of it. */
export const fingerprint = (file: File, to: Destination): string =>
  `tg.upload:${JSON.stringify([to.incidentId ?? "", to.kelengkapan ?? "", file.name, file.size, file.lastModified])}`;

const metadata = (file: File, to: Destination): string =>
  Object.entries({ filename: file.name, incident_id: to.incidentId, kelengkapan: to.kelengkapan })
    .filter((pair): pair is [string, string] => Boolean(pair[1]))
    .map(([key, value]) => `${key} ${textBase64(value)}`)
    .join(",");

/** Sends the file and gives the id of its upload once all of it is there. Throws `Refusal`; an abort stays an abort. */
export async function sendFile(
  file: File,
  to: Destination,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
  line: Line = overHttp,
): Promise<string> {
  const key = fingerprint(file, to);
  const begin = async (): Promise<string> => {
    const headers = { "Upload-Length": String(file.size), "Upload-Metadata": metadata(file, to) };
    const answer = await patiently(line, signal, () => line.ask({ method: "POST", place: PLACE, headers }, signal));
    const place = answer.header("Location") ?? "";
    remember(key, place);
    return place;
  };
  const known = recall(key);
  let place = known?.startsWith(`${PLACE}/`) ? known : await begin();
  let offset = await offsetOf(line, place, signal).catch((error: unknown) => lost(error, known === place));
  if (offset === null) {
    forget(key);
    place = await begin();
    offset = 0;
  }
  let failures = 0;
  onSent(offset);
  while (offset < file.size) {
    const start: number = offset;
    const answer = await line.ask(piece(file, place, start, onSent), signal);
    const end = Number(answer.header("Upload-Offset") ?? Number.NaN);
    if (answer.status === 204 && end > start) {
      offset = end;
      failures = 0;
    } else {
      if (!PASSING.has(answer.status) || ++failures > MAX_FAILURES) throw new Refusal(answer.status, answer.detail);
      await line.wait(waitOf(failures), signal);
      offset = await offsetOf(line, place, signal);
      // A piece that arrived although its answer was lost is progress too.
      if (offset > start) failures = 0;
    }
    onSent(offset);
  }
  await finished(line, place, file.size, signal);
  forget(key);
  return place.slice(PLACE.length + 1);
}

/** Takes back what was begun; what is whole by then stays. */
export async function giveUp(file: File, to: Destination, line: Line = overHttp): Promise<void> {
  const key = fingerprint(file, to);
  const place = recall(key);
  forget(key);
  if (place?.startsWith(`${PLACE}/`))
    await line.ask({ method: "DELETE", place, headers: {} }, new AbortController().signal);
}

const piece = (file: File, place: string, offset: number, onSent: (bytes: number) => void): Asked => ({
  method: "PATCH",
  place,
  headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
  body: file.slice(offset, offset + PIECE_BYTES),
  onSent: (bytes) => onSent(offset + bytes),
});

/** A whole file is taken in with its last piece; where that failed for a moment, an empty one asks for it again. */
async function finished(line: Line, place: string, size: number, signal: AbortSignal): Promise<void> {
  const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(size) };
  await patiently(line, signal, () => line.ask({ method: "PATCH", place, headers, body: new Blob([]) }, signal));
}

async function offsetOf(line: Line, place: string, signal: AbortSignal): Promise<number> {
  const answer = await patiently(line, signal, () => line.ask({ method: "HEAD", place, headers: {} }, signal));
  return Number(answer.header("Upload-Offset"));
}

/** What was remembered is gone on the server: expired, or of another account. Null: begin anew. */
function lost(error: unknown, isRemembered: boolean): null {
  if (isRemembered && error instanceof Refusal && [404, 410].includes(error.status)) return null;
  throw error;
}

async function patiently(line: Line, signal: AbortSignal, ask: () => Promise<Answer>): Promise<Answer> {
  for (let failures = 1; ; failures += 1) {
    const answer = await ask();
    if (answer.status >= 200 && answer.status < 300) return answer;
    // Here a conflict is the server's last word: only a piece can stand at the wrong place.
    if (answer.status === 409 || answer.status === 429 || !PASSING.has(answer.status) || failures > MAX_FAILURES)
      throw new Refusal(answer.status, answer.detail);
    await line.wait(waitOf(failures), signal);
  }
}

const waitOf = (failures: number): number => WAITS_MS[Math.min(failures, WAITS_MS.length) - 1] ?? 1_000;

const aborted = () => new DOMException("aborted", "AbortError");

const overHttp: Line = {
  // Only XMLHttpRequest tells how much of a body has left.
  ask: (asked, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(aborted());
      const request = new XMLHttpRequest();
      request.open(asked.method, asked.place);
      for (const [name, value] of Object.entries({ ...VERSION, ...csrfHeaders(), ...asked.headers }))
        request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => asked.onSent?.(event.loaded);
      request.onloadend = () => {
        signal.removeEventListener("abort", stop);
        if (signal.aborted) return reject(aborted());
        resolve({
          status: request.status,
          header: (name) => request.getResponseHeader(name),
          detail: detailIn(request.responseText),
        });
      };
      const stop = () => request.abort();
      signal.addEventListener("abort", stop);
      request.send(asked.body ?? null);
    }),
  wait: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(aborted());
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", stop);
        resolve();
      }, milliseconds);
      signal.addEventListener("abort", stop, { once: true });
    }),
};

function detailIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && "detail" in body ? String(body.detail) : "";
  } catch {
    return "";
  }
}
