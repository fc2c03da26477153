// The live page: the server says what changed, and the queries that show it read it again.
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { STREAM_URL } from "./api";

export interface Change {
  topic: string;
  /** Id of what changed; empty for callers who may not know it. */
  subject: string;
}

const GATHER_MS = 400;
const RETRY_MS = [1_000, 2_000, 5_000, 15_000];

/** The query keys that a change makes stale. An intake storm must not re-read the queue's list, only its newest page. */
export function staleKeys({ topic, subject }: Change): string[][] {
  switch (topic) {
    case "alert":
      return [
        ["alerts", "newest"],
        ["alerts", "one", ...(subject ? [subject] : [])],
      ];
    case "incident":
      return [["incidents"], ["alerts", "newest"]];
    case "document":
      return [
        ["incidents", "documents"],
        ["incidents", "timeline"],
      ];
    case "verification":
      return [
        ["incidents", "verification", ...(subject ? [subject] : [])],
        ["incidents", "timeline"],
      ];
    case "playbook":
      return [["sops"]];
    case "notice":
      return [["notices"]];
    case "calendar":
      return [["calendar"], ["incidents"]];
    case "quarantine":
      return [["quarantine"]];
    case "job":
      return [["incidents", "documents"], ["captures"]];
    default:
      return [];
  }
}

export function parseChange(text: string): Change | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("topic" in value) || typeof value.topic !== "string")
      return null;
    return { topic: value.topic, subject: "subject" in value ? String(value.subject) : "" };
  } catch {
    return null;
  }
}

/** Keeps the queries fresh while `enabled`; says whether the line is up. */
export function useLiveStream(enabled: boolean): boolean {
  const client = useQueryClient();
  const [connected, setConnected] = useState(true);
  useEffect(() => (enabled ? openStream(client, setConnected) : undefined), [client, enabled]);
  return connected;
}

function openStream(client: QueryClient, onState: (connected: boolean) => void): () => void {
  const gather = gatherer(client);
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const connect = () => {
    source = new EventSource(STREAM_URL);
    source.onopen = () => {
      // What happened while the line was down is read again, whatever it was.
      if (failures > 0)
        void client.invalidateQueries({
          predicate: ({ queryKey }) => queryKey[1] !== "list" || queryKey[0] !== "alerts",
        });
      failures = 0;
      onState(true);
    };
    source.onmessage = (message: MessageEvent<string>) => {
      const change = parseChange(message.data);
      if (change) gather.add(change);
    };
    source.onerror = () => {
      failures += 1;
      onState(false);
      // The browser retries a broken line by itself, but gives up for good on an HTTP error.
      if (source.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(connect, RETRY_MS[Math.min(failures, RETRY_MS.length) - 1]);
    };
  };
  connect();
  return () => {
    clearTimeout(timer);
    gather.stop();
    source.close();
  };
}

/** Many changes within a moment become one reading. */
function gatherer(client: QueryClient): { add: (change: Change) => void; stop: () => void } {
  const waiting = new Map<string, string[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    for (const queryKey of waiting.values()) void client.invalidateQueries({ queryKey });
    waiting.clear();
  };
  return {
    add: (change) => {
      for (const key of staleKeys(change)) waiting.set(key.join("/"), key);
      timer ??= setTimeout(flush, GATHER_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
