// A page that could not even begin: the server was not there, or something broke on the way.
import { Stack } from "@mantine/core";
import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { RefusalAlert } from "./feedback";
import { PageHead } from "./page-head";

export function LoadFailure({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Stack p="md" component="main" maw={640}>
      <PageHead title={t("app.name")} />
      <RefusalAlert error={error} onRetry={retry} />
    </Stack>
  );
}
