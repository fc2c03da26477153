// One line that says what a network event is about, for those that came without a line of their own. Every value is an
// attacker's text: it stands beside our words as it is, on one line, and is never a part of a sentence with gaps.
import type { TFunction } from "i18next";
import { formatter, sizeText, type Language } from "./format";
import type { FlatEvent } from "./types";

/** The event's fields as words: lists joined, line ends gone. */
type Get = (...fields: string[]) => string;
interface Told {
  get: Get;
  event: FlatEvent;
  t: TFunction;
  language: Language;
}
type Part = string | false | undefined;

const MAX_VALUE_CHARACTERS = 200;
const MAX_LISTED = 5;
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

export const textOf = (value: unknown): string =>
  value === undefined || value === null
    ? ""
    : typeof value === "string"
      ? value
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value);

/** What the event says in one line; empty where it is none of the network's. */
export function summaryOf(event: FlatEvent, t: TFunction, language: Language): string {
  const get: Get = (...fields) => fields.map((field) => wordOf(event[field])).find(Boolean) ?? "";
  const ends = endsOf(get);
  const about = READERS[get("event.dataset")];
  if (about === undefined && !ends) return "";
  const parts = about?.({ get, event, t, language }) ?? [get("network.protocol", "network.transport")];
  return [...parts, ends].filter(Boolean).join(" · ");
}

function wordOf(value: unknown): string {
  const one = Array.isArray(value) ? listOf(value) : textOf(value);
  const line = one.replace(UNPRINTABLE, " ").trim();
  return line.length > MAX_VALUE_CHARACTERS ? `${line.slice(0, MAX_VALUE_CHARACTERS)}…` : line;
}

const listOf = (values: unknown[]): string =>
  values.slice(0, MAX_LISTED).map(textOf).join(", ") + (values.length > MAX_LISTED ? ", …" : "");

function endsOf(get: Get): string {
  const source = endOf(get("source.ip", "source.mac"), get("source.port"));
  const destination = endOf(get("destination.ip", "destination.mac"), get("destination.port"));
  return source && destination ? `${source} → ${destination}` : source || destination;
}

const endOf = (address: string, port: string): string =>
  !address || !port ? address : address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

const words = (...parts: Part[]): string => parts.filter(Boolean).join(" ");

/** A command and what was answered to it. */
const exchange =
  (prefix: string, argument: string) =>
  ({ get }: Told): Part[] => [
    words(get(`${prefix}.command`), get(argument)),
    get("user.name"),
    words(get(`${prefix}.response.code`, `${prefix}.response`), get(`${prefix}.response.text`)),
  ];

const login =
  (prefix: string, database: string) =>
  ({ get, t }: Told): Part[] => [
    get("user.name") && words(t("eventLine.login"), get("user.name")),
    get(`${prefix}.${database}`),
    get(`${prefix}.server.version`),
    get(`${prefix}.error_code`) && words(t("eventLine.error"), get(`${prefix}.error_code`)),
  ];

function flow({ get, event, t, language }: Told): Part[] {
  const packets = event["network.packets"];
  const bytes = event["network.bytes"];
  const stands = event["tanggap.flows"];
  const number = formatter(language, "UTC").number;
  return [
    words(get("network.transport"), get("network.protocol")),
    typeof packets === "number" && t("eventLine.packets", { count: packets, shown: number(packets) }),
    typeof bytes === "number" && sizeText(bytes, language),
    get("network.connection.state"),
    typeof stands === "number" && t("eventLine.stands", { count: stands, shown: number(stands) }),
  ];
}

function dns({ get, t }: Told): Part[] {
  const question = words(get("dns.question.type"), get("dns.question.name"));
  if (get("dns.type") !== "answer") return [words(t("eventLine.asks"), question)];
  const found = get("dns.resolved_ip", "dns.answers.data");
  const code = get("dns.response_code");
  return [words(t("eventLine.answers"), question), found || code || t("eventLine.nothing")];
}

function http({ get }: Told): Part[] {
  const address = get("url.full") || `${get("url.domain")}${get("url.original")}`;
  const status = get("http.response.status_code");
  return [words(get("http.request.method"), address, status && `→ ${status}`), get("http.response.mime_type")];
}

function tls({ get, event, t }: Told): Part[] {
  const established = event["tls.established"];
  return [
    words(get("network.protocol").toUpperCase() || "TLS", get("tls.version")),
    get("tls.client.server_name"),
    get("tls.server.subject"),
    established === true && t("eventLine.established"),
    established === false && t("eventLine.notEstablished"),
  ];
}

/** Source: RFC 792 and RFC 4443, RFC 4861. */
const ICMP_TYPES = {
  ipv4: { 0: "echoReply", 3: "unreachable", 5: "redirect", 8: "echo", 11: "timeExceeded" },
  ipv6: { 1: "unreachable", 3: "timeExceeded", 128: "echo", 129: "echoReply", 133: "routerAsked", 134: "router" },
} as const;

function icmp({ get, t }: Told): Part[] {
  const type = get("icmp.type");
  const known: Record<string, IcmpWord | undefined> = ICMP_TYPES[get("network.type") === "ipv6" ? "ipv6" : "ipv4"];
  const word = known[type];
  const code = get("icmp.code");
  return [word ? t(`eventLine.icmp.${word}`) : words(t("eventLine.type"), type), code !== "0" && code && `/${code}`];
}
type IcmpWord = "echoReply" | "unreachable" | "redirect" | "echo" | "timeExceeded" | "routerAsked" | "router";

function arp({ get, t }: Told): Part[] {
  const asks = get("arp.operation") === "request";
  return asks
    ? [words(t("eventLine.arpAsks"), get("destination.ip"))]
    : [words(get("source.ip"), t("eventLine.arpIs"), get("source.mac"))];
}

const READERS: Record<string, ((told: Told) => Part[]) | undefined> = {
  flow,
  dns,
  http,
  tls,
  icmp,
  arp,
  smtp: exchange("smtp", "smtp.parameter"),
  ftp: exchange("ftp", "ftp.argument"),
  pop3: exchange("pop3", "pop3.argument"),
  imap: exchange("imap", "imap.argument"),
  mysql: login("mysql", "schema"),
  postgresql: login("postgresql", "database"),
  ssh: ({ get }) => [get("ssh.banner", "ssh.client.hassh", "ssh.server.hassh")],
  smb: ({ get }) => [get("file.path"), get("smb.share")],
  kerberos: ({ get, t }) => [
    get("kerberos.message_type"),
    words(get("kerberos.client"), get("kerberos.service") && `→ ${get("kerberos.service")}`),
    get("kerberos.realm"),
    get("kerberos.error_code") && words(t("eventLine.error"), get("kerberos.error_code")),
  ],
  ldap: ({ get }) => [
    words(get("ldap.command"), get("ldap.authentication")),
    get("user.name", "ldap.base"),
    get("ldap.result_code"),
  ],
  rdp: ({ get, t }) => [
    get("user.name") && words(t("eventLine.login"), get("user.name")),
    get("rdp.client.name", "rdp.cookie"),
  ],
  snmp: ({ get }) => [words(get("snmp.version") && `v${get("snmp.version")}`, get("snmp.command"))],
  modbus: ({ get, t }) => [
    words(t("eventLine.function"), get("modbus.function_code")),
    words(t("eventLine.unit"), get("modbus.unit_id")),
    get("modbus.exception_code") && words(t("eventLine.error"), get("modbus.exception_code")),
  ],
  ntp: ({ get }) => [get("ntp.mode"), get("ntp.stratum") && `stratum ${get("ntp.stratum")}`],
  dhcp: ({ get }) => [
    get("dhcp.message_type"),
    words(get("dhcp.client.hostname"), get("dhcp.client.mac")),
    get("dhcp.assigned_ip", "dhcp.requested_ip"),
  ],
  stratum: ({ get }) => [get("stratum.method"), get("stratum.agent"), get("user.name")],
  file: ({ get, event, language }) => [
    get("rule.name"),
    get("file.name"),
    get("file.mime_type"),
    typeof event["file.size"] === "number" && sizeText(event["file.size"], language),
    get("network.protocol"),
  ],
};
