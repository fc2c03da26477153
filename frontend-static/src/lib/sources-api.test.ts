import { describe, expect, it } from "vitest";
import {
  blankForm,
  formOf,
  namedOf,
  namelessOf,
  stateOf,
  traitsOf,
  type LogSource,
  type NamedSource,
} from "./sources-api";

const source = (change: Partial<LogSource> = {}): LogSource => ({
  nama: "fw-1",
  alamat: "10.0.0.1",
  berkas: null,
  zona: null,
  format: "access",
  format_string: "%h %t %r",
  batas_diam_menit: 5,
  hmac: true,
  dimatikan: false,
  terakhir: "2026-11-20T00:00:00Z",
  kejadian: 1,
  ditolak: 0,
  per_menit: 0,
  satu_jam: 0,
  satu_hari: 0,
  diam: false,
  ...change,
});

describe("sources that can be given a format", () => {
  it("have a name and are not disabled", () => {
    const sources = [source(), source({ nama: null }), source({ dimatikan: true })];

    expect(namedOf(sources)).toEqual([source()]);
  });
});

describe("addresses without a name", () => {
  it("are those that no source has by now", () => {
    const nameless = [source({ nama: null }), source({ nama: null, alamat: "10.0.0.2" })];

    expect(namelessOf([source(), ...nameless])).toEqual([nameless[1]]);
  });
});

describe("what is sent of a source", () => {
  it("is what it was where nothing was changed", () => {
    const { nama: _, ...kept } = { ...formOf(source() as NamedSource) };

    expect(traitsOf({ nama: "fw-1", ...kept })).toEqual({
      alamat: "10.0.0.1",
      zona: null,
      format: "access",
      format_string: "%h %t %r",
      batas_diam_menit: 5,
      hmac: true,
    });
  });

  it("has a format string only for access logs, and no empty texts", () => {
    const form = { ...blankForm(" "), zona: " ", formatString: "%h %t %r" };

    expect(traitsOf({ ...form, format: "syslog" })).toMatchObject({ alamat: null, zona: null, format_string: null });
    expect(traitsOf({ ...form, format: "access" }).format_string).toBe("%h %t %r");
  });
});

describe("what is said of a source first", () => {
  it("is that it is off, then silent, then without a name, then never heard", () => {
    const states = [
      source({ dimatikan: true, diam: true }),
      source({ diam: true }),
      source({ nama: null }),
      source({ terakhir: null }),
      source(),
    ].map(stateOf);

    expect(states).toEqual(["off", "silent", "unnamed", "never", "heard"]);
  });
});
