import { expect, test } from "vitest";
import { codeOf, newAnswer, newStep, readForm, sentForm } from "./form";

test("a draft that lacks everything is a form with every field, and what the page does not know is kept", () => {
  const form = readForm({ judul: 7, lain: "tetap", langkah: [{ uraian: "Mencatat" }, "bukan langkah"] }, "sop-uji");

  expect(form.id).toBe("sop-uji");
  expect(form.judul).toBe("");
  expect(form.langkah).toHaveLength(1);
  expect(form.langkah[0]).toMatchObject({ no: 1, uraian: "Mencatat", pelaksana: [], keputusan: [] });
  expect(form.eskalasi).toEqual({ langkah: [], total: [] });
  expect(sentForm(form)).toMatchObject({ lain: "tetap" });
});

test("English that was left empty is the Indonesian text, and an empty hint is none", () => {
  const answer = { ...newAnswer(), label: { id: "Ya", en: " " }, petunjuk: { id: "", en: "" } };
  const step = { ...newStep(1, []), petunjuk: { id: "Nomor surat", en: "" }, keputusan: [answer] };
  const form = { ...readForm({}, "sop-uji"), judul: "Gangguan", nomor: " ", langkah: [step] };

  const sent = sentForm(form);

  expect([sent.judul_en, sent.nomor]).toEqual(["Gangguan", null]);
  expect(sent.langkah[0]?.petunjuk).toEqual({ id: "Nomor surat", en: "Nomor surat" });
  expect(sent.langkah[0]?.keputusan[0]).toMatchObject({ label: { id: "Ya", en: "Ya" }, petunjuk: null });
});

test("a code has small letters, digits and underscores, and begins with a letter", () => {
  expect(codeOf("Operator Siaga 24 jam")).toBe("operator_siaga_24_jam");
  expect(codeOf("2 Kepala Séksi (TIK)")).toBe("kepala_seksi_tik");
  expect(codeOf("—")).toBe("");
});
