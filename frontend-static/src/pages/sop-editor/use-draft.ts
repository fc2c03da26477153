// A draft under the writer's hands: what is written, what is kept, and what somebody else saved meanwhile.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { sayDone } from "../../components/feedback";
import { copyVersion, discardVersion, getVersion, saveVersion } from "../../lib/api";
import { Refusal } from "../../lib/http";
import { versionKey } from "../../lib/queries";
import type { SopVersionDetail } from "../../lib/types";
import { readForm, sentForm, type SopForm } from "./form";

const CONFLICT = 409;

interface Writing {
  form: SopForm;
  catatan: string;
}

/** `detail` is what the server has now; it may be newer than what the writer began with. */
export function useDraft(sopId: string, detail: SopVersionDetail) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [saved, setSaved] = useState(detail);
  const [writing, write] = useState<Writing>(() => read(sopId, detail));
  const [kept, keep] = useState(writing);
  const sent = useMemo(() => sentForm(writing.form), [writing.form]);
  const isChanged = writing !== kept;

  const begin = (from: SopVersionDetail) => {
    const begun = read(sopId, from);
    setSaved(from);
    write(begun);
    keep(begun);
  };
  const note = async (answer: SopVersionDetail) => {
    client.setQueryData(versionKey(sopId, answer.nomor), answer);
    await client.invalidateQueries({ queryKey: ["sops", "versions", sopId] });
  };
  const save = useMutation({
    mutationFn: () => saveVersion(sopId, saved.nomor, { versi: saved.versi, isi: sent, catatan: writing.catatan }),
    onMutate: () => writing,
    onSuccess: async (answer, _, written) => {
      setSaved(answer);
      keep(written);
      await note(answer);
      sayDone(t("editor.saved"), t("app.close"));
    },
  });
  const saveApart = useMutation({
    mutationFn: async () => {
      const copy = await copyVersion(sopId, saved.nomor, writing.catatan);
      return saveVersion(sopId, copy.nomor, { versi: copy.versi, isi: sent, catatan: writing.catatan });
    },
    onSuccess: async (answer) => {
      keep(writing);
      await note(answer);
    },
  });
  const takeTheirs = useMutation({
    mutationFn: () => getVersion(sopId, saved.nomor, new AbortController().signal),
    onSuccess: async (answer) => {
      save.reset();
      begin(answer);
      await note(answer);
    },
  });
  const discard = useMutation({
    mutationFn: () => discardVersion(sopId, saved.nomor, saved.versi),
    onSuccess: async () => {
      keep(writing);
      await client.invalidateQueries({ queryKey: ["sops"] });
    },
  });

  const isOlder = detail.versi > saved.versi && !save.isPending;
  const wasRefused = save.error instanceof Refusal && save.error.status === CONFLICT;
  // Whoever wrote nothing yet simply goes on from what is there now.
  useEffect(() => {
    if (isOlder && !isChanged) begin(detail);
  });
  return {
    saved,
    form: writing.form,
    catatan: writing.catatan,
    sent,
    isChanged,
    /** Somebody else saved, gave up or put in force what the writer began with. */
    isOvertaken: isChanged && (isOlder || wasRefused),
    setForm: (form: SopForm) => write({ ...writing, form }),
    setCatatan: (catatan: string) => write({ ...writing, catatan }),
    save,
    saveApart,
    takeTheirs,
    discard,
  };
}

const read = (sopId: string, detail: SopVersionDetail): Writing => ({
  form: readForm(detail.isi, sopId),
  catatan: detail.catatan,
});
