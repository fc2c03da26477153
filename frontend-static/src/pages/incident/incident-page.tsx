// One incident: its head, the SOP with the form of the step the reader may carry out, and everything that belongs to it.
import { Group, Progress, Tabs, Text } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Read } from "../../components/feedback";
import { StepSummary, WaitingFor } from "../../components/incident-facts";
import { IncidentStatusBadge, LevelBadge } from "../../components/level-badge";
import { PageHead } from "../../components/page-head";
import { useIncident, useMe } from "../../lib/queries";
import { INCIDENT_TABS, type IncidentTab } from "../../lib/search";
import type { IncidentDetail } from "../../lib/types";
import { DispositionTab } from "./disposition-tab";
import { DocumentsTab } from "./documents-tab";
import { EvidenceTab } from "./evidence-tab";
import { FindingsTab } from "./findings-tab";
import { SharePanel } from "./share-panel";
import { SopTab } from "./sop-tab";
import { TiesPanel } from "./ties-panel";
import { TimelineTab } from "./timeline-tab";
import { VerificationTab } from "./verification-tab";

const route = getRouteApi("/inside/insiden/$id");

export function IncidentPage() {
  const { id } = route.useParams();
  const { t } = useTranslation();
  const query = useIncident(id);
  return (
    <>
      {query.data === undefined && <PageHead title={t("nav.insiden")} />}
      <Read query={query}>{(incident) => <IncidentBody incident={incident} />}</Read>
    </>
  );
}

function IncidentBody({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab = "sop" } = route.useSearch();
  const { data: me } = useMe();
  // Only the office that handles it is asked whether the repair holds; a reporter and another office read the rest.
  const isHandling = me?.petugas === true && !incident.hanya_baca;
  const tabs = INCIDENT_TABS.filter((one) => isHandling || one !== "verifikasi");
  const open = (next: string | null) =>
    void navigate({ to: "/insiden/$id", params: { id: incident.id }, search: { tab: (next ?? "sop") as IncidentTab } });
  return (
    <>
      <IncidentHead incident={incident} />
      <SharePanel incidentId={incident.id} />
      <TiesPanel incident={incident} />
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List mb="md" aria-label={t("incident.tabs")}>
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`incident.tab.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="sop">
          <SopTab incident={incident} />
        </Tabs.Panel>
        <Tabs.Panel value="disposisi">
          <DispositionTab incident={incident} />
        </Tabs.Panel>
        <Tabs.Panel value="kronologi">
          <TimelineTab incidentId={incident.id} />
        </Tabs.Panel>
        <Tabs.Panel value="bukti">
          <EvidenceTab incident={incident} />
        </Tabs.Panel>
        <Tabs.Panel value="dokumen">
          <DocumentsTab incidentId={incident.id} />
        </Tabs.Panel>
        <Tabs.Panel value="temuan">
          <FindingsTab findings={incident.temuan} />
        </Tabs.Panel>
        <Tabs.Panel value="verifikasi">
          <VerificationTab incidentId={incident.id} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function IncidentHead({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const done = incident.langkah.filter(({ keadaan }) => keadaan === "selesai").length;
  const subtitle = (
    <>
      {incident.playbook_judul} · <StepSummary incident={incident} />
      {incident.menunggu.length > 0 && (
        <Text component="span" c="var(--mantine-color-text)" fw={600}>
          {" · "}
          <WaitingFor incident={incident} />
        </Text>
      )}
    </>
  );
  return (
    <header>
      <PageHead title={`${incident.nomor} · ${incident.judul}`} subtitle={subtitle}>
        <Group gap="xs">
          <LevelBadge level={incident.level} />
          <IncidentStatusBadge incident={incident} />
        </Group>
      </PageHead>
      <Progress
        value={(100 * done) / Math.max(incident.langkah_jumlah, 1)}
        mb="sm"
        size="sm"
        aria-label={t("incident.progress", { done, total: incident.langkah_jumlah })}
      />
    </header>
  );
}
