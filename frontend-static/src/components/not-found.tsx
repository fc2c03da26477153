// An address that is no page.
import { Anchor, Stack } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PageHead } from "./page-head";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Stack p="md" component="main">
      <PageHead title={t("app.notFound")} subtitle={t("app.notFoundText")} />
      <Anchor component={Link} to="/tugas">
        {t("nav.tugas")}
      </Anchor>
    </Stack>
  );
}
