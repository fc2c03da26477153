// Files on their way to the server. They are sent on while the reader looks at other pages, until the browser is closed.
import { useSyncExternalStore } from "react";
import { giveUp, sendFile, type Destination } from "./tus";

export interface Sending {
  file: File;
  sent: number;
  state: "sending" | "paused" | "failed" | "done";
  error?: unknown;
  /** The upload's id once it is done. */
  uploadId?: string;
}

const slots = new Map<string, Sending>();
const stops = new Map<string, AbortController>();
const listeners = new Set<() => void>();

/** One file at a time for each thing that is asked for. */
export const slotOf = (to: Destination): string => JSON.stringify([to.incidentId ?? "", to.kelengkapan ?? ""]);

function put(slot: string, sending: Sending | undefined): void {
  if (sending === undefined) slots.delete(slot);
  else slots.set(slot, sending);
  for (const listener of listeners) listener();
}

function change(slot: string, part: Partial<Sending>): void {
  const known = slots.get(slot);
  if (known !== undefined) put(slot, { ...known, ...part });
}

/** Begins, or goes on: what the server has of this very file is not sent again. */
export function send(file: File, to: Destination): void {
  const slot = slotOf(to);
  const stop = new AbortController();
  stops.get(slot)?.abort();
  stops.set(slot, stop);
  put(slot, { file, sent: slots.get(slot)?.file === file ? (slots.get(slot)?.sent ?? 0) : 0, state: "sending" });
  const isCurrent = () => stops.get(slot) === stop;
  sendFile(file, to, stop.signal, (sent) => isCurrent() && change(slot, { sent })).then(
    (uploadId) => isCurrent() && change(slot, { state: "done", uploadId, sent: file.size }),
    (error: unknown) => isCurrent() && !stop.signal.aborted && change(slot, { state: "failed", error }),
  );
}

export function pause(to: Destination): void {
  stops.get(slotOf(to))?.abort();
  change(slotOf(to), { state: "paused" });
}

export async function cancel(to: Destination): Promise<void> {
  const slot = slotOf(to);
  const known = slots.get(slot);
  stops.get(slot)?.abort();
  stops.delete(slot);
  put(slot, undefined);
  if (known !== undefined) await giveUp(known.file, to);
}

/** Forgets one that is done, once somebody has taken notice. */
export const clear = (to: Destination): void => put(slotOf(to), undefined);

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useSending = (to: Destination): Sending | undefined =>
  useSyncExternalStore(subscribe, () => slots.get(slotOf(to)));
