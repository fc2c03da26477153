// The documents that the steps made, as Word and PDF.
import { Anchor, Badge, Group, Loader, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { documentUrl } from "../../lib/api";
import { useDocuments } from "../../lib/queries";
import type { DocumentItem } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";

const FORMATS = ["docx", "pdf"] as const;

export function DocumentsTab({ incidentId }: { incidentId: string }) {
  const { t } = useTranslation();
  return (
    <Read query={useDocuments(incidentId)}>
      {({ items }) => {
        if (items.length === 0) return <Empty>{t("documents.empty")}</Empty>;
        return (
          <div className="scroll-x" role="region" tabIndex={0} aria-label={t("incident.tab.dokumen")}>
            <Table miw={560}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("documents.title")}</Table.Th>
                  <Table.Th>{t("documents.step")}</Table.Th>
                  <Table.Th>{t("documents.at")}</Table.Th>
                  <Table.Th>{t("documents.download")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((item) => (
                  <DocumentRow key={item.id} incidentId={incidentId} item={item} />
                ))}
              </Table.Tbody>
            </Table>
          </div>
        );
      }}
    </Read>
  );
}

function DocumentRow({ incidentId, item }: { incidentId: string; item: DocumentItem }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const round = item.putaran > 1 ? `, ${t("incident.round", { count: item.putaran })}` : "";
  return (
    <Table.Tr>
      <Table.Td className="hostile">{item.title}</Table.Td>
      <Table.Td>{`${item.step_no}${round}`}</Table.Td>
      <Table.Td>{format.moment(item.created_at)}</Table.Td>
      <Table.Td>
        <Downloads incidentId={incidentId} item={item} />
      </Table.Td>
    </Table.Tr>
  );
}

function Downloads({ incidentId, item }: { incidentId: string; item: DocumentItem }) {
  const { t } = useTranslation();
  if (item.status === "ready") {
    return (
      <Group gap="sm">
        {FORMATS.map((format) => (
          <Anchor
            key={format}
            href={documentUrl(incidentId, item.id, format)}
            download
            aria-label={t("documents.downloadAs", { judul: item.title, format: format.toUpperCase() })}
          >
            {format.toUpperCase()}
          </Anchor>
        ))}
      </Group>
    );
  }
  return (
    <Group gap={6} role="status">
      {item.status === "pending" && <Loader size={14} aria-hidden />}
      <Badge variant="outline" c="var(--mantine-color-text)" bd="1px solid var(--tg-idle)">
        {t(`documents.status.${item.status}`)}
      </Badge>
    </Group>
  );
}
