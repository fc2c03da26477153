// The steps in their order: choose one to edit, move it, take it out, put one in.
import { ActionIcon, Badge, Button, Group, Stack } from "@mantine/core";
import { ArrowDown, ArrowUp, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { RemoveButton } from "./fields";
import type { FormStep } from "./form";
import { addStep, moveStep, removeStep } from "./steps";

interface Props {
  steps: FormStep[];
  chosen: number;
  faulty: ReadonlySet<number>;
  onChoose: (position: number) => void;
  onChange: (steps: FormStep[]) => void;
}

export function StepList({ steps, chosen, faulty, onChoose, onChange }: Props) {
  const { t } = useTranslation();
  const change = (changed: FormStep[], position: number) => {
    onChange(changed);
    onChoose(Math.max(0, Math.min(position, changed.length - 1)));
  };
  return (
    <Stack gap={4} component="ol" style={{ listStyle: "none", margin: 0, padding: 0 }} aria-label={t("editor.steps")}>
      {steps.map((step, position) => (
        <Group key={position} component="li" gap={4} wrap="nowrap">
          <Button
            variant={position === chosen ? "filled" : "default"}
            size="xs"
            justify="flex-start"
            style={{ flex: 1, minWidth: 0 }}
            aria-current={position === chosen ? "step" : undefined}
            rightSection={
              faulty.has(position) ? (
                <Badge size="xs" color="red" variant="filled">
                  {t("editor.error")}
                </Badge>
              ) : undefined
            }
            onClick={() => onChoose(position)}
          >
            {step.no}. {step.ringkas.id || step.uraian || t("editor.untitled")}
          </Button>
          <ActionIcon
            variant="default"
            size={30}
            disabled={position === 0}
            aria-label={t("editor.moveUp", { no: step.no })}
            onClick={() => change(moveStep(steps, position, -1), position - 1)}
          >
            <ArrowUp size={15} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={30}
            disabled={position === steps.length - 1}
            aria-label={t("editor.moveDown", { no: step.no })}
            onClick={() => change(moveStep(steps, position, 1), position + 1)}
          >
            <ArrowDown size={15} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={30}
            aria-label={t("editor.addAfter", { no: step.no })}
            onClick={() => change(addStep(steps, position), position + 1)}
          >
            <Plus size={15} aria-hidden />
          </ActionIcon>
          <RemoveButton
            label={t("editor.removeStep", { no: step.no })}
            onClick={() => change(removeStep(steps, position), position > 0 ? position - 1 : 0)}
          />
        </Group>
      ))}
      {steps.length === 0 && (
        <Button size="xs" variant="default" onClick={() => change(addStep(steps, -1), 0)}>
          {t("editor.addFirst")}
        </Button>
      )}
    </Stack>
  );
}
