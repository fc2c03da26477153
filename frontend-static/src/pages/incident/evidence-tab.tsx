// Bukti dukung: the files, what they are for, who brought them, their SHA-256 and history; the incident as one package.
import { Anchor, Button, Group, Table, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Read, sayDone } from "../../components/feedback";
import { evidenceUrl } from "../../lib/api";
import { sizeText } from "../../lib/format";
import { packageUrl, sampleUrl } from "../../lib/oversight-api";
import { useEvidence, useMe } from "../../lib/queries";
import type { EvidenceItem, IncidentDetail } from "../../lib/types";
import { useFormatter, useLanguage } from "../../lib/use-formatter";
import { CustodyFlyOut } from "./custody-fly-out";
import { UnfinishedUploads } from "./unfinished-uploads";
import { UploadButton } from "./upload-button";

export function EvidenceTab({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const isOfficial = useMe().data?.petugas ?? false;
  const isOfOffice = isOfficial && !incident.hanya_baca;
  const added = () => {
    sayDone(t("evidence.added"), t("app.close"));
    void client.invalidateQueries({ queryKey: ["incidents"] });
    void client.invalidateQueries({ queryKey: ["uploads"] });
  };
  return (
    <>
      <Group mb="sm" align="flex-start">
        {incident.status === "open" && !incident.hanya_baca && (
          <UploadButton incidentId={incident.id} label={t("evidence.add")} onUploaded={added} />
        )}
        {isOfOffice && (
          <Button component="a" size="xs" variant="default" href={packageUrl(incident.id)} download>
            {t("evidence.package")}
          </Button>
        )}
      </Group>
      {isOfOffice && (
        <Text size="sm" c="dimmed" mb="sm">
          {t("evidence.packageHint")}
        </Text>
      )}
      {!incident.hanya_baca && <UnfinishedUploads incidentId={incident.id} />}
      <Read query={useEvidence(incident.id)}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t("evidence.empty")}</Empty>
          ) : (
            <EvidenceTable items={items} isOfficial={isOfficial} canHandOver={isOfOffice} />
          )
        }
      </Read>
    </>
  );
}

interface TableProps {
  items: EvidenceItem[];
  isOfficial: boolean;
  canHandOver: boolean;
}

function EvidenceTable({ items, isOfficial, canHandOver }: TableProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<EvidenceItem | undefined>();
  const columns = ["name", "for", "step", "size", "by", "at", "hash"] as const;
  return (
    <div className="scroll-x" role="region" tabIndex={0} aria-label={t("incident.tab.bukti")}>
      <Table miw={860}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column}>{t(`evidence.${column}`)}</Table.Th>
            ))}
            {isOfficial && <Table.Th>{t("evidence.history")}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <EvidenceRow key={item.id} item={item} onHistory={isOfficial ? () => setOpened(item) : undefined} />
          ))}
        </Table.Tbody>
      </Table>
      <CustodyFlyOut item={opened} canHandOver={canHandOver} onClose={() => setOpened(undefined)} />
    </div>
  );
}

function EvidenceRow({ item, onHistory }: { item: EvidenceItem; onHistory: (() => void) | undefined }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const language = useLanguage();
  const round = (item.putaran ?? 1) > 1 ? `, ${t("incident.round", { count: item.putaran ?? 1 })}` : "";
  return (
    <Table.Tr>
      <Table.Td className="hostile">
        {item.hanya_terkunci ? (
          <>
            {item.name}
            <Text size="xs">{t("evidence.locked", { alasan: item.hanya_terkunci })}</Text>
            <Anchor
              size="xs"
              href={sampleUrl(item.incident_id, item.id)}
              download
              aria-label={t("evidence.sampleOf", { nama: item.name })}
            >
              {t("evidence.sample")}
            </Anchor>
          </>
        ) : (
          <Anchor href={evidenceUrl(item.incident_id, item.id)} download>
            {item.name}
          </Anchor>
        )}
        <Text size="xs" c="dimmed">
          {item.media_type}
        </Text>
        {item.tangkapan && onHistory && (
          <Link
            to="/insiden/$id/tangkapan/$bukti"
            params={{ id: item.incident_id, bukti: item.id }}
            aria-label={t("evidence.captureOf", { nama: item.name })}
          >
            {t("evidence.capture")}
          </Link>
        )}
      </Table.Td>
      <Table.Td className="hostile">{item.kelengkapan ?? "–"}</Table.Td>
      <Table.Td>{item.step_no === null ? "–" : `${item.step_no}${round}`}</Table.Td>
      <Table.Td>{sizeText(item.size, language)}</Table.Td>
      <Table.Td className="hostile">{item.added_by}</Table.Td>
      <Table.Td>{format.moment(item.added_at)}</Table.Td>
      <Table.Td className="mono" maw={190}>
        {item.sha256}
      </Table.Td>
      {onHistory && (
        <Table.Td>
          <Button
            size="compact-xs"
            variant="default"
            onClick={onHistory}
            aria-label={t("evidence.historyOf", { nama: item.name })}
          >
            {t("evidence.history")}
          </Button>
        </Table.Td>
      )}
    </Table.Tr>
  );
}
