// Two people wrote one draft: nothing of either is lost, and the later one chooses.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { CircleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { sayDone, sayRefused } from "../../components/feedback";
import classes from "./editor.module.css";
import type { useDraft } from "./use-draft";

export function OvertakenAlert({ sopId, draft }: { sopId: string; draft: ReturnType<typeof useDraft> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { saveApart, takeTheirs } = draft;
  const keepMine = () =>
    saveApart.mutate(undefined, {
      onSuccess: ({ nomor }) => {
        sayDone(t("editor.savedApart", { nomor }), t("app.close"));
        // What was written is kept in the new draft: nothing is left behind to ask about.
        void navigate({
          to: "/sop/$id/sunting",
          params: { id: sopId },
          search: { versi: nomor },
          ignoreBlocker: true,
        });
      },
      onError: (error) => sayRefused(t, error),
    });
  return (
    <Alert
      color="red"
      role="alert"
      variant="outline"
      className={classes.notice ?? ""}
      c="var(--mantine-color-text)"
      title={t("editor.overtaken")}
      icon={<CircleAlert aria-hidden />}
    >
      <Stack gap="xs">
        <Text size="sm">{t("editor.overtakenText")}</Text>
        <Group gap="xs">
          <Button size="xs" loading={saveApart.isPending} onClick={keepMine}>
            {t("editor.keepMine")}
          </Button>
          <Button
            size="xs"
            variant="default"
            loading={takeTheirs.isPending}
            onClick={() => takeTheirs.mutate(undefined, { onError: (error) => sayRefused(t, error) })}
          >
            {t("editor.takeTheirs")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
