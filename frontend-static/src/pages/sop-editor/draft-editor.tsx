// Editing a draft: the form beside its live flow chart and what is wrong with it.
import { Alert, Button, Grid, Group, Stack, Text, Textarea, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useBlocker } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert, sayRefused } from "../../components/feedback";
import { Swimlane } from "../../components/swimlane/swimlane";
import { useJudged } from "../../lib/queries";
import type { Sop, SopVersionDetail } from "../../lib/types";
import classes from "./editor.module.css";
import { EnforceDialog } from "./enforce-dialog";
import { FindingsList } from "./findings-list";
import { flawsOf } from "./flaws";
import { FormTabs, placeOnPage, type Shown } from "./form-tabs";
import { OvertakenAlert } from "./overtaken-alert";
import { useDraft } from "./use-draft";

const CHECK_AFTER_MS = 500;

interface Props {
  sopId: string;
  detail: SopVersionDetail;
  /** Told whenever the writer has something that is not saved yet. */
  onHold: (isHeld: boolean) => void;
}

export function DraftEditor({ sopId, detail, onHold }: Props) {
  const { t } = useTranslation();
  const draft = useDraft(sopId, detail);
  const { saved, isChanged, save, discard } = draft;
  const [place, setPlace] = useState<Shown>({ tab: "langkah", step: 0 });
  const [isComparing, setComparing] = useState(false);
  const [settled] = useDebouncedValue(draft.sent, CHECK_AFTER_MS);
  const judged = useJudged(sopId, settled);
  useEffect(() => onHold(isChanged), [isChanged, onHold]);
  useBlocker({
    shouldBlockFn: () => isChanged && !window.confirm(t("editor.leave")),
    enableBeforeUnload: () => isChanged,
  });
  const findings = judged.data?.temuan ?? saved.temuan;
  const preview = useLastSop(judged.data?.sop ?? null, saved.sop as Sop | null);
  const flawAt = useMemo(() => flawsOf(findings, (text) => t("editor.warning", { text })), [findings, t]);
  const isFaulty = findings.some(({ tingkat }) => tingkat === "galat");
  const mayEnforce = saved.boleh_saya.includes("berlakukan");
  return (
    <Stack gap="sm">
      {draft.isOvertaken && <OvertakenAlert sopId={sopId} draft={draft} />}
      {save.error && !draft.isOvertaken && <RefusalAlert error={save.error} title={t("editor.notSaved")} />}
      <Textarea
        label={t("editor.why")}
        autosize
        minRows={1}
        maxLength={2_000}
        value={draft.catatan}
        onChange={(event) => draft.setCatatan(event.currentTarget.value)}
      />
      <Group justify="space-between" className={classes.bar ?? ""}>
        <Text size="sm" role="status" style={{ flex: "1 1 200px" }}>
          {isChanged ? t("editor.unsaved") : t("editor.allSaved")}
          {(isChanged || isFaulty) && ` ${t("editor.notYetComparable")}`}
        </Text>
        <Group gap="xs">
          <Button
            variant="default"
            loading={discard.isPending}
            onClick={() =>
              window.confirm(t("editor.discardSure")) &&
              discard.mutate(undefined, { onError: (error) => sayRefused(t, error) })
            }
          >
            {t("editor.discard")}
          </Button>
          <Button variant="default" disabled={isChanged || isFaulty} onClick={() => setComparing(true)}>
            {mayEnforce ? t("editor.compareAndEnforce") : t("editor.compare")}
          </Button>
          <Button loading={save.isPending} disabled={!isChanged || draft.isOvertaken} onClick={() => save.mutate()}>
            {t("editor.save")}
          </Button>
        </Group>
      </Group>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 5 }} order={{ base: 2, lg: 1 }}>
          <FormTabs
            form={draft.form}
            kinds={saved.jenis_dokumen}
            findings={findings}
            flawAt={flawAt}
            shown={place}
            onShow={setPlace}
            onChange={draft.setForm}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 7 }} order={{ base: 1, lg: 2 }}>
          <Stack gap="sm" className={classes.beside ?? ""}>
            <Title order={3}>{t("editor.findings")}</Title>
            {judged.error && <RefusalAlert error={judged.error} />}
            <div className={classes.findings} role="region" aria-label={t("editor.findings")} tabIndex={0}>
              <FindingsList findings={findings} onGo={(where) => setPlace(placeOnPage(where, place))} />
            </div>
            <Title order={3}>{t("editor.preview")}</Title>
            {judged.data?.sop === null && (
              <Alert color="yellow" c="var(--mantine-color-text)">
                {t("editor.staleSop")}
              </Alert>
            )}
            {preview && (
              <div className={classes.preview} role="region" aria-label={t("editor.preview")} tabIndex={0}>
                <Swimlane sop={preview} />
              </div>
            )}
          </Stack>
        </Grid.Col>
      </Grid>
      <EnforceDialog
        sopId={sopId}
        nomor={saved.nomor}
        mayEnforce={mayEnforce}
        opened={isComparing}
        onClose={() => setComparing(false)}
      />
    </Stack>
  );
}

/** While a field is empty the draft is no SOP; what is drawn is the last that was one. */
function useLastSop(now: Sop | null, first: Sop | null): Sop | null {
  const [last, setLast] = useState(first);
  useEffect(() => {
    if (now !== null) setLast(now);
  }, [now]);
  return now ?? last;
}
