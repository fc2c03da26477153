// Log sources: who sends, how much and when last, what was lost; an administrator names them and gives them keys.
import { Button, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PageHead } from "../../components/page-head";
import { useMe } from "../../lib/queries";
import { blankForm, type NamedSource, type SourceForm, type SourceKey } from "../../lib/sources-api";
import { DisableDialog, RenewDialog, ShownKey } from "./key-dialogs";
import { LossesPanel } from "./losses-panel";
import { SourceDialog } from "./source-dialog";
import { SourceList } from "./source-list";
import { SpoolPanel } from "./spool-panel";

type Open =
  | { kind: "form"; form: SourceForm; isNew: boolean }
  | { kind: "renew" | "disable"; source: NamedSource }
  | { kind: "key"; key: SourceKey };

export function SourcesPage() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const show = (key: SourceKey) => setOpen({ kind: "key", key });
  return (
    <>
      <PageHead title={t("sources.title")} subtitle={t("sources.subtitle")}>
        {me?.is_admin && (
          <Button onClick={() => setOpen({ kind: "form", form: blankForm(), isNew: true })}>{t("sources.new")}</Button>
        )}
      </PageHead>
      <Stack>
        <SourceList
          isAdmin={me?.is_admin === true}
          onForm={(form, isNew) => setOpen({ kind: "form", form, isNew })}
          onAct={(kind, source) => setOpen({ kind, source })}
        />
        <SpoolPanel />
        <LossesPanel />
      </Stack>
      {open?.kind === "form" && <SourceDialog begin={open.form} isNew={open.isNew} onMade={show} onClose={close} />}
      {open?.kind === "renew" && <RenewDialog source={open.source} onMade={show} onClose={close} />}
      {open?.kind === "disable" && <DisableDialog source={open.source} onClose={close} />}
      {open?.kind === "key" && <ShownKey made={open.key} onClose={close} />}
    </>
  );
}
