import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import en from "../locales/en.json";
import id from "../locales/id.json";
import { summaryOf } from "./event-summary";
import type { FlatEvent } from "./types";

const ENDS = {
  "source.ip": "10.10.1.2",
  "source.port": 40000,
  "destination.ip": "203.0.113.80",
  "destination.port": 443,
};
const event = (dataset: string, fields: Record<string, unknown>): FlatEvent =>
  ({ _id: "1", "event.dataset": dataset, ...ENDS, ...fields }) as FlatEvent;
const line = (one: FlatEvent, language: "id" | "en" = "id"): string =>
  summaryOf(one, i18next.getFixedT(language), language);
const TAIL = " · 10.10.1.2:40000 → 203.0.113.80:443";

beforeAll(async () => {
  await i18next.init({
    resources: { id: { translation: id }, en: { translation: en } },
    interpolation: { escapeValue: false },
  });
});

describe("an event of a capture in one line", () => {
  it.each([
    [
      event("flow", {
        "network.transport": "tcp",
        "network.protocol": "tls",
        "network.packets": 12,
        "network.bytes": 3400,
      }),
      "tcp tls · 12 paket · 3,3 KiB",
    ],
    [event("dns", { "dns.type": "query", "dns.question.type": "A", "dns.question.name": "a.id" }), "menanyakan A a.id"],
    [
      event("dns", { "dns.type": "answer", "dns.question.name": "a.id", "dns.resolved_ip": ["1.2.3.4", "1.2.3.5"] }),
      "jawaban untuk a.id · 1.2.3.4, 1.2.3.5",
    ],
    [event("dns", { "dns.type": "answer", "dns.response_code": "NXDOMAIN" }), "jawaban untuk · NXDOMAIN"],
    [
      event("http", { "http.request.method": "GET", "url.full": "http://a.id/x", "http.response.status_code": 404 }),
      "GET http://a.id/x → 404",
    ],
    [
      event("tls", { "tls.version": "1.2", "tls.client.server_name": "a.id", "tls.established": false }),
      "TLS 1.2 · a.id · tidak jadi tersambung",
    ],
    [event("ftp", { "ftp.command": "USER", "ftp.argument": "wayan", "user.name": "wayan" }), "USER wayan · wayan"],
    [event("postgresql", { "user.name": "budi", "postgresql.database": "arsip" }), "masuk sebagai budi · arsip"],
    [event("stratum", { "stratum.method": "login", "stratum.agent": "XMRig/6.21" }), "login · XMRig/6.21"],
    [event("syslog.unknown", { "network.transport": "udp" }), "udp"],
  ])("%# says what it is about", (one, words) => {
    expect(line(one)).toBe(words + TAIL);
  });

  it("is told in the reader's language", () => {
    const ping = { _id: "1", "event.dataset": "icmp", "network.type": "ipv6", "icmp.type": 128, "icmp.code": 0 };

    expect(line({ ...ping, "source.ip": "fe80::1", "destination.ip": "fe80::2" })).toBe("ping · fe80::1 → fe80::2");
    expect(line(event("tls", { "tls.established": true }), "en")).toBe(`TLS · established${TAIL}`);
  });

  it("stays one line of text, whatever was sent", () => {
    const hostile = event("http", {
      "http.request.method": "GET",
      "url.full": "<img src=x>\r\n$t(data.title) {{shown}}\u2028x",
    });

    expect(line(hostile)).toBe(`GET <img src=x> $t(data.title) {{shown}} x${TAIL}`);
  });

  it("puts an address of IPv6 in brackets before its port and cuts what is long", () => {
    const long = event("dns", { "dns.question.name": "a".repeat(900), "source.ip": "fe80::1" });

    expect(line(long)).toContain("[fe80::1]:40000 → ");
    expect(line(long).length).toBeLessThan(300);
  });

  it("is empty for what is none of the network's", () => {
    expect(line({ _id: "1", "event.dataset": "system.auth" } as FlatEvent)).toBe("");
  });
});
