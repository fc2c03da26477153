// The answers of a step that asks, each with where it leads.
import { Checkbox, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CauseFields } from "./cause-fields";
import { OutcomeSelect, Target } from "./choices";
import { AddButton, BothLanguages, Line, More, RemoveButton } from "./fields";
import type { FlawAt } from "./flaws";
import { ANSWER_TRAITS, codeOf, newAnswer, NO_WORDS, type FormAnswer, type FormRole, type FormStep } from "./form";
import { RolePicker } from "./people-fields";

interface Props {
  step: FormStep;
  steps: FormStep[];
  roles: FormRole[];
  flawAt: FlawAt;
  onChange: (answers: FormAnswer[]) => void;
}

export function AnswerFields({ step, steps, roles, flawAt, onChange }: Props) {
  const { t } = useTranslation();
  const answers = step.keputusan;
  const legend = t("editor.field.keputusan");
  return (
    <Stack gap={6} component="fieldset" style={{ border: 0, padding: 0, margin: 0 }}>
      <Text component="legend" size="sm" fw={600} p={0} mb={4}>
        {legend}
      </Text>
      {answers.map((answer, position) => {
        const set = (change: Partial<FormAnswer>) =>
          onChange(answers.map((one, index) => (index === position ? { ...one, ...change } : one)));
        const name = t("editor.numbered", { label: legend, no: position + 1 });
        return (
          <Paper key={position} withBorder p="xs" role="group" aria-label={name}>
            <Stack gap="xs">
              <BothLanguages
                label={t("editor.answerLabel")}
                value={answer.label}
                flaw={flawAt(position) ?? flawAt(position, "label")}
                onChange={(label) => set({ label })}
                // A new answer gets its code from its words, once: records and scripts name an answer by its code.
                onBlur={() => answer.jawaban === "" && set({ jawaban: codeOf(answer.label.id) })}
              />
              <Group gap="xs" align="flex-start">
                <Line
                  label={t("editor.answerCode")}
                  value={answer.jawaban}
                  flaw={flawAt(position, "jawaban")}
                  onChange={(jawaban) => set({ jawaban })}
                />
                <Target
                  label={t("editor.leadsTo")}
                  value={answer.ke}
                  steps={steps}
                  flaw={flawAt(position, "ke")}
                  onChange={(ke) => set({ ke })}
                />
                <OutcomeSelect
                  value={answer.hasil}
                  flaw={flawAt(position, "hasil")}
                  onChange={(hasil) => set({ hasil })}
                />
                <RemoveButton
                  isBesideLabel
                  label={t("editor.removeNamed", { nama: answer.label.id || name })}
                  onClick={() => onChange(answers.filter((_, index) => index !== position))}
                />
              </Group>
              <Group gap="md">
                {ANSWER_TRAITS.map((trait) => (
                  <Checkbox
                    key={trait}
                    size="xs"
                    label={t(`editor.answerTrait.${trait}`)}
                    checked={answer[trait]}
                    onChange={(event) => set({ [trait]: event.currentTarget.checked })}
                  />
                ))}
              </Group>
              <MoreOfAnswer
                answer={answer}
                steps={steps}
                roles={roles}
                flawAt={(...place) => flawAt(position, ...place)}
                set={set}
              />
            </Stack>
          </Paper>
        );
      })}
      <AddButton label={t("editor.addTo", { label: legend })} onClick={() => onChange([...answers, newAnswer()])} />
    </Stack>
  );
}

interface MoreProps {
  answer: FormAnswer;
  steps: FormStep[];
  roles: FormRole[];
  flawAt: FlawAt;
  set: (change: Partial<FormAnswer>) => void;
}

function MoreOfAnswer({ answer, steps, roles, flawAt, set }: MoreProps) {
  const { t } = useTranslation();
  const inside = roles.filter(({ luar }) => !luar);
  const isUsed =
    answer.sebab.length + answer.dikonfirmasi_oleh.length + answer.diberitahukan.length > 0 ||
    answer.petunjuk !== null ||
    answer.hasil_dari_sebab !== null;
  return (
    <More label={t("editor.more")} isOpen={isUsed}>
      <CauseFields
        causes={answer.sebab}
        flawAt={(...place) => flawAt("sebab", ...place)}
        onChange={(sebab) => set({ sebab })}
      />
      <Target
        label={t("editor.field.hasil_dari_sebab")}
        value={answer.hasil_dari_sebab}
        steps={steps}
        flaw={flawAt("hasil_dari_sebab")}
        noneLabel={t("editor.noOutcome")}
        onChange={(hasil_dari_sebab) => set({ hasil_dari_sebab })}
      />
      <Group gap="xs" align="flex-start">
        <RolePicker
          label={t("editor.field.dikonfirmasi_oleh")}
          roles={inside}
          value={answer.dikonfirmasi_oleh}
          flaw={flawAt("dikonfirmasi_oleh")}
          onChange={(dikonfirmasi_oleh) => set({ dikonfirmasi_oleh })}
        />
        <RolePicker
          label={t("editor.field.diberitahukan")}
          roles={inside}
          value={answer.diberitahukan}
          flaw={flawAt("diberitahukan")}
          onChange={(diberitahukan) => set({ diberitahukan })}
        />
      </Group>
      <BothLanguages
        label={t("editor.field.petunjuk")}
        value={answer.petunjuk ?? NO_WORDS}
        flaw={flawAt("petunjuk")}
        onChange={(petunjuk) => set({ petunjuk })}
      />
    </More>
  );
}
