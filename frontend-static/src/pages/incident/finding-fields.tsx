// The findings a step is about: what was done against each, or which of them stay open. Nothing is preselected.
import { Checkbox, Stack, Text, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { aboutText } from "../../components/alert-facts";
import type { Alert, AllowedStep } from "../../lib/types";
import { questionOf, type FindingDraft } from "./finding-draft";

interface Props {
  step: AllowedStep;
  findings: Alert[];
  keputusan: string | null;
  draft: FindingDraft;
  onChange: (draft: FindingDraft) => void;
}

export function FindingFields({ step, findings, keputusan, draft, onChange }: Props) {
  const { t } = useTranslation();
  const question = questionOf(step, keputusan);
  const shown = findings.filter(({ id }) => (step.temuan_terbuka ?? []).includes(id));
  if (question === null || shown.length === 0) return null;
  if (question === "terbuka")
    return (
      <Checkbox.Group
        label={t("verification.stayOpen")}
        description={t("verification.stayOpenHint")}
        value={draft.terbuka}
        onChange={(terbuka) => onChange({ ...draft, terbuka })}
      >
        <Stack gap={6} mt={4}>
          {shown.map((one) => (
            <Checkbox key={one.id} value={one.id} label={one.rule_title} description={aboutText(one)} />
          ))}
        </Stack>
      </Checkbox.Group>
    );
  return (
    <Stack gap="xs" role="group" aria-label={t("verification.treatments")}>
      <Text size="sm" fw={500}>
        {t("verification.openFindings")}
      </Text>
      {shown.map((one) => (
        <Textarea
          key={one.id}
          className="hostile"
          label={t("verification.treatmentOf", { finding: one.rule_title })}
          description={aboutText(one)}
          autosize
          minRows={1}
          value={draft.tindakan[one.id] ?? ""}
          onChange={(event) =>
            onChange({ ...draft, tindakan: { ...draft.tindakan, [one.id]: event.currentTarget.value } })
          }
        />
      ))}
    </Stack>
  );
}
