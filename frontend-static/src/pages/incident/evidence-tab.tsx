// Bukti dukung: the files, what they are for, who brought them, and their SHA-256.
import { Anchor, Group, Table, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Empty, Read, sayDone } from "../../components/feedback";
import { evidenceUrl } from "../../lib/api";
import { sizeText } from "../../lib/format";
import { useEvidence } from "../../lib/queries";
import type { EvidenceItem, IncidentDetail } from "../../lib/types";
import { useFormatter, useLanguage } from "../../lib/use-formatter";
import { UploadButton } from "./upload-button";

export function EvidenceTab({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const added = () => {
    sayDone(t("evidence.added"), t("app.close"));
    void client.invalidateQueries({ queryKey: ["incidents"] });
  };
  return (
    <>
      {incident.status === "open" && !incident.hanya_baca && (
        <Group mb="sm">
          <UploadButton incidentId={incident.id} label={t("evidence.add")} onUploaded={added} />
        </Group>
      )}
      <Read query={useEvidence(incident.id)}>
        {({ items }) => (items.length === 0 ? <Empty>{t("evidence.empty")}</Empty> : <EvidenceTable items={items} />)}
      </Read>
    </>
  );
}

function EvidenceTable({ items }: { items: EvidenceItem[] }) {
  const { t } = useTranslation();
  const columns = ["name", "for", "step", "size", "by", "at", "hash"] as const;
  return (
    <div className="scroll-x" role="region" tabIndex={0} aria-label={t("incident.tab.bukti")}>
      <Table miw={860}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column}>{t(`evidence.${column}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <EvidenceRow key={item.id} item={item} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function EvidenceRow({ item }: { item: EvidenceItem }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const language = useLanguage();
  const round = (item.putaran ?? 1) > 1 ? `, ${t("incident.round", { count: item.putaran ?? 1 })}` : "";
  return (
    <Table.Tr>
      <Table.Td className="hostile">
        <Anchor href={evidenceUrl(item.incident_id, item.id)} download>
          {item.name}
        </Anchor>
        <Text size="xs" c="dimmed">
          {item.media_type}
        </Text>
      </Table.Td>
      <Table.Td className="hostile">{item.kelengkapan ?? "–"}</Table.Td>
      <Table.Td>{item.step_no === null ? "–" : `${item.step_no}${round}`}</Table.Td>
      <Table.Td>{sizeText(item.size, language)}</Table.Td>
      <Table.Td className="hostile">{item.added_by}</Table.Td>
      <Table.Td>{format.moment(item.added_at)}</Table.Td>
      <Table.Td className="mono" maw={190}>
        {item.sha256}
      </Table.Td>
    </Table.Tr>
  );
}
