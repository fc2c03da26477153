// The forms of a step besides its note (lembar disposisi, consultation, other parties), and what is sent of them. Pure.
import type { AllowedStep, DispositionForm, Party, StepCompletion } from "../../lib/types";
import { instantOf } from "../../lib/zoned-time";

type Sent = NonNullable<StepCompletion["isian"]>;
export type DispositionDraft = Required<Omit<DispositionForm, "catatan" | "tanggal_surat" | "diterima">> & {
  tanggal_surat: string;
  diterima: string;
};
/** `waktu` as the field holds it. */
export type PartyDraft = Required<Party>;

export interface FormsDraft {
  disposisi: DispositionDraft;
  pertanyaan: string;
  arahan: string;
  pihak: PartyDraft[];
}

export const EMPTY_FORMS: FormsDraft = {
  disposisi: {
    surat_dari: "",
    nomor_surat: "",
    tanggal_surat: "",
    diterima: "",
    nomor_agenda: "",
    hal: "",
    keamanan: null,
    derajat: null,
    kepada: [],
    harap: [],
  },
  pertanyaan: "",
  arahan: "",
  pihak: [],
};

/** Only the forms that the step has, and of those what was written: the server fills a lembar from what it knows. */
export function formsOf(draft: FormsDraft, step: AllowedStep, zone: string): Sent {
  const { disposisi, pertanyaan, arahan, pihak } = draft;
  const has = (form: string) => step.isian.includes(form);
  return {
    ...(has("disposisi")
      ? {
          disposisi: {
            ...disposisi,
            tanggal_surat: disposisi.tanggal_surat || null,
            diterima: disposisi.diterima || null,
          },
        }
      : {}),
    ...(has("pertanyaan") && pertanyaan !== "" ? { pertanyaan } : {}),
    ...(has("arahan") && arahan !== "" ? { arahan } : {}),
    ...(has("pihak_terkait") ? { pihak_terkait: pihak.flatMap((one) => partyOf(one, zone)) } : {}),
  };
}

/** A line that nobody has begun is no party; one that is not finished is sent, so that the server says what it lacks. */
function partyOf(party: PartyDraft, zone: string): Party[] {
  if (party.siapa === "" && party.waktu === "" && party.hasil === "") return [];
  return [{ ...party, waktu: instantOf(party.waktu, zone) ?? party.waktu }];
}
