// Which fields of an event each table of a capture shows, and how a flow is named by its ends.
import type { CaptureTable, FlowOf } from "../../lib/capture-api";
import type { Formatter } from "../../lib/format";
import type { FlatEvent } from "../../lib/types";

type Head =
  | ("time" | "source" | "sourcePort" | "destination" | "destinationPort" | "protocol" | "packetsHead" | "bytes")
  | ("name" | "type" | "answer" | "method" | "address" | "status" | "agent" | "version" | "ja4" | "certificate")
  | ("hash" | "rule" | "about" | "application");

export interface Column {
  /** A word of `capture` in the language files. */
  head: Head;
  /** The first that has a value is shown. */
  fields: string[];
  kind?: "time" | "number" | "address";
}

const WHEN: Column = { head: "time", fields: ["@timestamp"], kind: "time" };
const FROM: Column = { head: "source", fields: ["source.ip", "source.mac"], kind: "address" };
const TO: Column = { head: "destination", fields: ["destination.ip", "destination.mac"], kind: "address" };
const MAX_CHARACTERS = 300;

export const COLUMNS: Record<CaptureTable, Column[]> = {
  conversations: [
    WHEN,
    FROM,
    { head: "sourcePort", fields: ["source.port"] },
    TO,
    { head: "destinationPort", fields: ["destination.port"] },
    { head: "protocol", fields: ["network.transport"] },
    { head: "application", fields: ["network.protocol"] },
    { head: "packetsHead", fields: ["network.packets"], kind: "number" },
    { head: "bytes", fields: ["network.bytes"], kind: "number" },
  ],
  dns: [
    WHEN,
    FROM,
    TO,
    { head: "name", fields: ["dns.question.name"] },
    { head: "type", fields: ["dns.question.type"] },
    { head: "answer", fields: ["dns.resolved_ip", "dns.answers.data", "dns.response_code"] },
  ],
  http: [
    WHEN,
    FROM,
    TO,
    { head: "method", fields: ["http.request.method"] },
    { head: "address", fields: ["url.full", "url.original", "url.domain"] },
    { head: "status", fields: ["http.response.status_code"] },
    { head: "agent", fields: ["user_agent.original"] },
  ],
  tls: [
    WHEN,
    FROM,
    TO,
    { head: "name", fields: ["tls.client.server_name"] },
    { head: "version", fields: ["tls.version"] },
    { head: "ja4", fields: ["tls.client.ja4", "tls.client.ja3"] },
    { head: "certificate", fields: ["tls.server.subject"] },
  ],
  files: [
    { head: "name", fields: ["file.name"] },
    { head: "type", fields: ["file.mime_type"] },
    { head: "bytes", fields: ["file.size"], kind: "number" },
    { head: "protocol", fields: ["network.protocol"] },
    { head: "hash", fields: ["file.hash.sha256"] },
  ],
  findings: [
    WHEN,
    { head: "rule", fields: ["rule.name"] },
    { head: "name", fields: ["file.name"] },
    { head: "hash", fields: ["file.hash.sha256"] },
  ],
  others: [
    WHEN,
    { head: "protocol", fields: ["event.dataset"] },
    FROM,
    TO,
    { head: "about", fields: ["user.name", "file.name", "host.name", "event.action", "event.outcome"] },
  ],
};

export function cellText(event: FlatEvent, column: Column, format: Formatter): string {
  const value = column.fields.map((field) => event[field]).find((one) => one !== undefined && one !== null);
  if (value === undefined) return "–";
  if (column.kind === "time") return format.precise(String(value));
  if (column.kind === "number" && typeof value === "number") return format.number(value);
  const text = Array.isArray(value) ? value.map(String).join(", ") : String(value);
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}

const CARVED = new Set(["tcp", "udp", "sctp", "icmp", "ipv6-icmp"]);

/** What names the flow of a conversation; undefined: one that cannot be told from others by its ends. */
export function flowOf(event: FlatEvent): FlowOf | undefined {
  const [source, destination, transport] = ["source.ip", "destination.ip", "network.transport"].map(
    (one) => event[one],
  );
  if (typeof source !== "string" || typeof destination !== "string" || typeof transport !== "string") return undefined;
  if (!CARVED.has(transport)) return undefined;
  return {
    source_ip: source,
    source_port: portOf(event["source.port"]),
    destination_ip: destination,
    destination_port: portOf(event["destination.port"]),
    transport,
  };
}

const portOf = (value: unknown): number => (typeof value === "number" ? value : 0);
