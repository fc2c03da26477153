// Any SOP as its own table and flow chart, without an incident.
import { Anchor, Grid, Group, List, Paper, Select, Stack, Text, Title } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Fact } from "../../components/fact";
import { Read } from "../../components/feedback";
import { PageHead } from "../../components/page-head";
import { Swimlane } from "../../components/swimlane/swimlane";
import { sopOptions } from "../../lib/sop-options";
import { durationText, printedDay } from "../../lib/format";
import { useMe, useSop, useSops } from "../../lib/queries";
import { useLanguage } from "../../lib/use-formatter";
import { versionName } from "../../lib/version-name";
import type { Sop } from "../../lib/types";

const route = getRouteApi("/inside/sop");

export function SopPage() {
  const { t } = useTranslation();
  const { id } = route.useSearch();
  const sops = useSops();
  return (
    <>
      <PageHead title={t("sop.title")} />
      <Read query={sops}>{({ items }) => <Chosen sops={items} id={id ?? items[0]?.id} />}</Read>
    </>
  );
}

function Chosen({ sops, id }: { sops: Sop[]; id: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const sop = useSop(id);
  return (
    <Stack>
      <Select
        label={t("sop.choose")}
        maw={520}
        allowDeselect={false}
        value={id ?? null}
        data={sopOptions(sops)}
        onChange={(chosen) => void navigate({ to: "/sop", search: { id: chosen ?? undefined } })}
      />
      {id !== undefined && <Read query={sop}>{(data) => <SopBody sop={data} />}</Read>}
    </Stack>
  );
}

function SopBody({ sop }: { sop: Sop }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <VersionLine sop={sop} />
      <Head sop={sop} />
      <Swimlane sop={sop} />
      <Notes title={t("sop.legalBasis")} lines={sop.dasar_hukum} />
      <Notes title={t("sop.notes")} lines={sop.catatan} />
    </Stack>
  );
}

/** Which version is in force, and the way to its history: an SOP is edited there. */
function VersionLine({ sop }: { sop: Sop }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  return (
    <Group gap="md">
      {typeof sop.versi === "number" && (
        <Text size="sm">{t("editor.inForceNow", { versi: versionName(t, sop.versi) })}</Text>
      )}
      {me?.petugas && (
        <Anchor component={Link} to="/sop/$id/sunting" params={{ id: sop.id } as never} size="sm">
          {t("editor.open")}
        </Anchor>
      )}
    </Group>
  );
}

/** The head of the sheet as it is printed. */
function Head({ sop }: { sop: Sop }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const approved = sop.disahkan_oleh && `${sop.disahkan_oleh.nama}, ${sop.disahkan_oleh.jabatan}`;
  const printed: [string, string | null][] = [
    [t("sop.instansi"), [sop.instansi, sop.unit].filter(Boolean).join(" – ")],
    [t("sop.nomor"), sop.nomor],
    [t("sop.revisi"), sop.revisi],
    [t("sop.tanggal_pembuatan"), printedDay(sop.tanggal_pembuatan, language)],
    [t("sop.tanggal_revisi"), printedDay(sop.tanggal_revisi, language)],
    [t("sop.tanggal_efektif"), printedDay(sop.tanggal_efektif, language)],
    [t("sop.disahkan_oleh"), approved],
    [t("sop.totalTime"), durationText(t, language, sop.waktu_total)],
  ];
  return (
    <Paper withBorder p="md" component="section" aria-label={t("sop.head")}>
      <Grid gap="sm">
        {printed.map(([label, value]) => (
          <Fact key={label} label={label}>
            {value || "–"}
          </Fact>
        ))}
      </Grid>
    </Paper>
  );
}

function Notes({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <section>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <List size="sm" maw={900} spacing={4}>
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    </section>
  );
}
