// An office's own stationery: its kop, and its Word templates in the place of the shipped ones.
import { Alert, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { NotFound } from "../../components/not-found";
import { PageHead } from "../../components/page-head";
import { useMe } from "../../lib/queries";
import { LetterheadForm } from "./letterhead-form";
import { TemplateTable } from "./template-table";

export function PapersPage() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  if (me && !me.is_admin) return <NotFound />;
  return (
    <>
      <PageHead title={t("papers.title")} subtitle={t("papers.subtitle")} />
      <Stack gap="xl">
        <section>
          <Title order={2} mb="xs">
            {t("papers.kop")}
          </Title>
          <LetterheadForm />
        </section>
        <section>
          <Title order={2} mb="xs">
            {t("papers.templates")}
          </Title>
          <Text size="sm" mb="xs" maw={820}>
            {t("papers.templatesHint")}
          </Text>
          <Alert c="var(--mantine-color-text)" mb="sm" maw={820}>
            {t("papers.pdfHint")}
          </Alert>
          <TemplateTable />
        </section>
      </Stack>
    </>
  );
}
