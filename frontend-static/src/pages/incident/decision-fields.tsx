// The SOP's question: answers as radios with none chosen, then the cause and the reason that the answer asks for.
import { Radio, Stack, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AnswerOption } from "../../lib/types";
import { useLanguage } from "../../lib/use-formatter";
import type { Draft } from "./step-draft";

interface Props {
  answers: AnswerOption[];
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

export function DecisionFields({ answers, draft, onChange }: Props) {
  const { t } = useTranslation();
  const isEnglish = useLanguage() === "en";
  if (answers.length === 0) return null;
  const chosen = answers.find(({ jawaban }) => jawaban === draft.keputusan);
  const inWords = (one: { label: string; label_en: string }) => (isEnglish && one.label_en) || one.label;
  return (
    <>
      <Radio.Group
        label={t("form.decision")}
        withAsterisk
        value={draft.keputusan}
        onChange={(keputusan) => onChange({ keputusan, sebab: null })}
      >
        <Stack gap={6} mt={4}>
          {answers.map((one) => (
            <Radio
              key={one.jawaban}
              value={one.jawaban}
              label={inWords(one)}
              description={(isEnglish && one.petunjuk_en) || one.petunjuk}
            />
          ))}
        </Stack>
      </Radio.Group>
      {chosen && chosen.sebab.length > 0 && (
        <Radio.Group label={t("form.cause")} withAsterisk value={draft.sebab} onChange={(sebab) => onChange({ sebab })}>
          <Stack gap={6} mt={4}>
            {chosen.sebab.map((one) => (
              <Radio key={one.id} value={one.id} label={inWords(one)} />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {chosen && (
        <Textarea
          label={t("form.reason")}
          withAsterisk={chosen.alasan_wajib}
          autosize
          minRows={2}
          value={draft.alasan}
          onChange={(event) => onChange({ alasan: event.currentTarget.value })}
        />
      )}
    </>
  );
}
