// The forms that a step has besides its note; a step without any shows none.
import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AllowedStep, IncidentDetail } from "../../lib/types";
import { DispositionFields } from "./disposition-fields";
import { PartyFields } from "./party-fields";
import type { FormsDraft } from "./step-forms";

interface Props {
  incident: IncidentDetail;
  step: AllowedStep;
  draft: FormsDraft;
  onChange: (part: Partial<FormsDraft>) => void;
}

export function ExtraFields({ incident, step, draft, onChange }: Props) {
  const { t } = useTranslation();
  const has = (form: string) => step.isian.includes(form);
  const words = (name: "pertanyaan" | "arahan") =>
    has(name) && (
      <Textarea
        label={t(`consultation.${name}`)}
        description={t(`consultation.${name}Hint`)}
        autosize
        minRows={2}
        maxLength={5000}
        value={draft[name]}
        onChange={(event) => onChange({ [name]: event.currentTarget.value })}
      />
    );
  return (
    <>
      {has("disposisi") && (
        <DispositionFields
          incident={incident}
          draft={draft.disposisi}
          onChange={(part) => onChange({ disposisi: { ...draft.disposisi, ...part } })}
        />
      )}
      {words("pertanyaan")}
      {words("arahan")}
      {has("pihak_terkait") && <PartyFields parties={draft.pihak} onChange={(pihak) => onChange({ pihak })} />}
    </>
  );
}
