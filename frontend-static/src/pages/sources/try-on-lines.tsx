// What the chosen parser makes of pasted lines, before the choice is saved; nothing of them is stored.
import { Button, Group, Stack, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert } from "../../components/feedback";
import { TrialOutcome } from "../../components/trial-outcome";
import { tryParser } from "../../lib/parsers-api";

interface Props {
  format: string;
  formatString: string;
  zona: string;
}

const LINES_SHOWN = 4;

export function TryOnLines({ format, formatString, zona }: Props) {
  const { t } = useTranslation();
  const [lines, setLines] = useState("");
  const trial = useMutation({ mutationFn: tryParser });
  return (
    <details>
      <summary>{t("sources.tryOn")}</summary>
      <Stack gap="xs" mt="xs">
        <Textarea
          label={t("data.tryLines")}
          description={t("data.tryText")}
          rows={LINES_SHOWN}
          classNames={{ input: "mono" }}
          value={lines}
          onChange={(event) => setLines(event.currentTarget.value)}
        />
        <Group>
          <Button
            variant="default"
            loading={trial.isPending}
            disabled={lines.trim() === ""}
            onClick={() => trial.mutate({ baris: lines, format, formatString, zona })}
          >
            {t("data.try")}
          </Button>
        </Group>
        {trial.isError && <RefusalAlert error={trial.error} />}
        {trial.data && <TrialOutcome trial={trial.data} />}
      </Stack>
    </details>
  );
}
