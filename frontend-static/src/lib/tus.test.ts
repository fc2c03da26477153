import { beforeEach, describe, expect, it } from "vitest";
import { fingerprint, giveUp, PIECE_BYTES, sendFile, type Answer, type Asked, type Line } from "./tus";

const TO = { incidentId: "i1", kelengkapan: undefined };
const SIZE = PIECE_BYTES + 5;
const aFile = (size = SIZE) => new File([new Uint8Array(size)], "a.pcap", { lastModified: 7 });
const answer = (status: number, headers: Record<string, string> = {}): Answer => ({
  status,
  header: (name) => headers[name] ?? null,
  detail: "alasan",
});

/** A server that keeps what it was sent; `faults` are given instead of the next answers to pieces. */
function aServer(faults: number[] = []) {
  const asked: string[] = [];
  const held = { offset: 0, known: true };
  const line: Line = {
    ask: (request: Asked) => {
      asked.push(request.method);
      if (request.method === "POST") {
        Object.assign(held, { offset: 0, known: true });
        return Promise.resolve(answer(201, { Location: "/api/v1/uploads/u1" }));
      }
      if (!held.known) return Promise.resolve(answer(410));
      if (request.method === "PATCH") {
        const fault = (request.body?.size ?? 0) > 0 ? faults.shift() : undefined;
        if (fault !== undefined) return Promise.resolve(answer(fault));
        expect(request.headers["Upload-Offset"]).toBe(String(held.offset));
        held.offset += request.body?.size ?? 0;
      }
      return Promise.resolve(answer(request.method === "HEAD" ? 200 : 204, { "Upload-Offset": String(held.offset) }));
    },
    wait: () => Promise.resolve(),
  };
  return { asked, held, line };
}

const store = new Map<string, string>();
beforeEach(() => {
  store.clear();
  globalThis.localStorage = {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => void store.set(key, value),
    removeItem: (key: string) => void store.delete(key),
  } as Storage;
});

const send = (line: Line, told: number[] = []) =>
  sendFile(aFile(), TO, new AbortController().signal, (bytes) => told.push(bytes), line);

describe("a file in pieces", () => {
  it("is sent piece by piece and forgotten once it is whole", async () => {
    const server = aServer();
    const told: number[] = [];

    const id = await send(server.line, told);

    expect(id).toBe("u1");
    expect(told.at(-1)).toBe(SIZE);
    expect(server.asked.filter((method) => method === "PATCH")).toHaveLength(3);
    expect(store.size).toBe(0);
  });

  it("goes on from where the server stands after breaks of the line", async () => {
    const server = aServer([0, 423, 503]);

    await send(server.line);

    expect(server.held.offset).toBe(SIZE);
  });

  it("goes on after a reload when the same file is chosen again", async () => {
    const server = aServer();
    store.set(fingerprint(aFile(), TO), "/api/v1/uploads/u1");
    server.held.offset = PIECE_BYTES;

    await send(server.line);

    expect(server.asked).not.toContain("POST");
    expect(server.held.offset).toBe(SIZE);
  });

  it("begins anew where what it remembered has expired", async () => {
    const server = aServer();
    store.set(fingerprint(aFile(), TO), "/api/v1/uploads/old");
    server.held.known = false;

    await send(server.line);

    expect(server.asked.filter((method) => method === "POST")).toHaveLength(1);
    expect(server.held.offset).toBe(SIZE);
  });

  it("never asks another place than the uploads, whatever was remembered", async () => {
    const server = aServer();
    store.set(fingerprint(aFile(), TO), "https://elsewhere.example/api/v1/uploads/u1");

    await send(server.line);

    expect(server.asked[0]).toBe("POST");
  });

  it.each([413, 422, 403])("stops with the server's own words at %i", async (status) => {
    await expect(send(aServer([status]).line)).rejects.toMatchObject({ status, message: "alasan" });
  });

  it("stops trying when the line does not come back", async () => {
    await expect(send(aServer(Array<number>(50).fill(0)).line)).rejects.toMatchObject({ status: 0 });
  });

  it("is given up on the server too", async () => {
    const server = aServer();
    store.set(fingerprint(aFile(), TO), "/api/v1/uploads/u1");

    await giveUp(aFile(), TO, server.line);

    expect(server.asked).toEqual(["DELETE"]);
    expect(store.size).toBe(0);
  });
});

it("tells apart what is for different incidents, items and files", () => {
  const keys = [
    fingerprint(aFile(), TO),
    fingerprint(aFile(), { ...TO, incidentId: "i2" }),
    fingerprint(aFile(), { ...TO, kelengkapan: "NOC" }),
    fingerprint(aFile(3), TO),
  ];

  expect(new Set(keys).size).toBe(keys.length);
});
