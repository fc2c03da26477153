// Detection rules, for whoever administers the program: what was muted, packs, exclusions, each rule on or off.
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { PageHead } from "../../components/page-head";
import { ExclusionsPanel } from "./exclusions-panel";
import { MutedPanel } from "./muted-panel";
import { PacksPanel } from "./packs-panel";
import { RulesPanel } from "./rules-panel";

export function RulesPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t("rules.title")} subtitle={t("rules.subtitle")} />
      <Stack>
        <MutedPanel />
        <PacksPanel />
        <ExclusionsPanel />
        <RulesPanel />
      </Stack>
    </>
  );
}
