// The versions of one SOP: its history, a version with what it changed, and the editor of a draft.
import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Read, sayDone, sayRefused } from "../../components/feedback";
import { PageHead } from "../../components/page-head";
import { Swimlane } from "../../components/swimlane/swimlane";
import { copyVersion } from "../../lib/api";
import { useDifference, useMe, useSops, useVersion, useVersions } from "../../lib/queries";
import type { Sop, SopVersion, SopVersionDetail } from "../../lib/types";
import { DifferenceView } from "./difference-view";
import { DraftEditor } from "./draft-editor";
import { FindingsList } from "./findings-list";
import { VersionBadge, VersionList } from "./version-list";
import { versionName } from "../../lib/version-name";

const route = getRouteApi("/inside/sop/$id/sunting");
const LEADERSHIP = "pimpinan";

export function SopEditorPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const { versi } = route.useSearch();
  const versions = useVersions(id);
  const sops = useSops();
  return (
    <>
      <PageHead
        title={t("editor.title")}
        subtitle={
          <Group gap="md">
            <Text span>{sops.data?.items.find((one) => one.id === id)?.judul}</Text>
            <Anchor component={Link} to="/sop" search={{ id } as never} size="sm">
              {t("editor.backToSop")}
            </Anchor>
          </Group>
        }
      />
      <Read query={versions}>
        {({ items }) => <Chosen sopId={id} versions={items} nomor={versi ?? items.find(inForce)?.nomor} />}
      </Read>
    </>
  );
}

const inForce = ({ status }: SopVersion) => status === "berlaku";

function Chosen({ sopId, versions, nomor }: { sopId: string; versions: SopVersion[]; nomor: number | undefined }) {
  const version = useVersion(sopId, nomor);
  return (
    <Stack>
      <VersionList sopId={sopId} versions={versions} {...(nomor === undefined ? {} : { chosen: nomor })} />
      {nomor !== undefined && (
        <Read query={version}>
          {(detail) => <Version key={detail.nomor} sopId={sopId} detail={detail} versions={versions} />}
        </Read>
      )}
    </Stack>
  );
}

function Version({ sopId, detail, versions }: { sopId: string; detail: SopVersionDetail; versions: SopVersion[] }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const mayCopy = me?.is_admin === true || me?.peran.some(({ id }) => id === LEADERSHIP) === true;
  // Whoever is writing keeps what they wrote on the page, also when the draft is none any more.
  const [isHeld, hold] = useState(false);
  const isDraft = isHeld || detail.boleh_saya.includes("simpan");
  return (
    <Stack component="section" aria-label={versionName(t, detail.nomor)}>
      <Group justify="space-between">
        <Group gap="xs">
          <Title order={2}>{versionName(t, detail.nomor)}</Title>
          <VersionBadge status={detail.status} />
        </Group>
        {mayCopy && <CopyButton sopId={sopId} nomor={detail.nomor} />}
      </Group>
      {isDraft ? (
        <DraftEditor sopId={sopId} detail={detail} onHold={hold} />
      ) : (
        <Reading sopId={sopId} detail={detail} versions={versions} />
      )}
    </Stack>
  );
}

function CopyButton({ sopId, nomor }: { sopId: string; nomor: number }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const copy = useMutation({
    mutationFn: () => copyVersion(sopId, nomor, ""),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ["sops", "versions", sopId] });
      sayDone(t("editor.copied", { nomor: made.nomor }), t("app.close"));
      await navigate({ to: "/sop/$id/sunting", params: { id: sopId }, search: { versi: made.nomor } });
    },
    onError: (error) => sayRefused(t, error),
  });
  return (
    <Button variant="default" loading={copy.isPending} onClick={() => copy.mutate()}>
      {t("editor.copy")}
    </Button>
  );
}

/** A version that nobody changes any more, or that the reader may not change. */
function Reading({ sopId, detail, versions }: { sopId: string; detail: SopVersionDetail; versions: SopVersion[] }) {
  const { t } = useTranslation();
  const before = detail.status === "konsep" ? versions.find(inForce)?.nomor : (detail.berdasar ?? undefined);
  return (
    <Stack>
      {before !== undefined && before !== detail.nomor && (
        <Changed sopId={sopId} nomor={detail.nomor} before={before} />
      )}
      <Title order={3}>{t("editor.findings")}</Title>
      <FindingsList findings={detail.temuan} />
      {detail.sop ? <Swimlane sop={detail.sop as unknown as Sop} /> : <Text>{t("editor.noSopYet")}</Text>}
    </Stack>
  );
}

function Changed({ sopId, nomor, before }: { sopId: string; nomor: number; before: number }) {
  const { t } = useTranslation();
  const difference = useDifference(sopId, nomor, before);
  return (
    <section>
      <Title order={3} mb="xs">
        {t("editor.comparedWith", { lama: versionName(t, before), baru: versionName(t, nomor) })}
      </Title>
      <Read query={difference}>{(data) => <DifferenceView difference={data} />}</Read>
    </section>
  );
}
