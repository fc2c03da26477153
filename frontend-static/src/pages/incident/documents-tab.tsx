// The documents of an incident: number, state of signing, downloads, and one that a person asks for.
import { Anchor, Badge, Button, Group, Loader, Table, Text } from "@mantine/core";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { documentUrl } from "../../lib/api";
import { useDocuments, useIncident, useMe } from "../../lib/queries";
import type { DocumentItem } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import { AskDocumentButton } from "./ask-document-dialog";
import { DocumentFlyOut } from "./document-fly-out";

const FORMATS = ["docx", "pdf"] as const;
const COLUMNS = ["title", "official", "signing", "at", "download"] as const;

export function DocumentsTab({ incidentId }: { incidentId: string }) {
  const { data: me } = useMe();
  // Whoever the incident was only shared with reads its documents.
  const isShared = useIncident(incidentId).data?.hanya_baca ?? true;
  const mayAct = me !== undefined && me.petugas && !me.is_admin && !isShared;
  return (
    <>
      {mayAct && <AskDocumentButton incidentId={incidentId} />}
      <Read query={useDocuments(incidentId)}>
        {({ items }) => <DocumentTable incidentId={incidentId} items={items} mayAct={mayAct} />}
      </Read>
    </>
  );
}

function DocumentTable({ incidentId, items, mayAct }: { incidentId: string; items: DocumentItem[]; mayAct: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<string>();
  if (items.length === 0) return <Empty>{t("documents.empty")}</Empty>;
  return (
    <>
      <div className="scroll-x" role="region" tabIndex={0} aria-label={t("incident.tab.dokumen")}>
        <Table miw={860}>
          <Table.Thead>
            <Table.Tr>
              {COLUMNS.map((column) => (
                <Table.Th key={column}>{t(`documents.${column}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((item) => (
              <DocumentRow key={item.id} incidentId={incidentId} item={item} onOpen={() => setOpen(item.id)} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {open !== undefined && (
        <DocumentFlyOut
          place={{ incident_id: incidentId, document_id: open }}
          mayAct={mayAct}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

function DocumentRow({ incidentId, item, onOpen }: { incidentId: string; item: DocumentItem; onOpen: () => void }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <Table.Tr>
      <Table.Td className="hostile">
        <Text size="sm" fw={600}>
          {item.title}
        </Text>
        <Text size="xs" c="dimmed">
          {[item.nomor, item.revisi > 1 && t("documents.revision", { revisi: item.revisi }), origin(t, item)]
            .filter(Boolean)
            .join(" · ")}
        </Text>
      </Table.Td>
      <Table.Td className="hostile">
        {item.nomor_naskah ?? "–"}
        {item.tanggal_naskah && (
          <Text size="xs" c="dimmed">
            {format.day(item.tanggal_naskah)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{t(`documents.signed.${item.status_tanda_tangan}`)}</Table.Td>
      <Table.Td>{format.moment(item.created_at)}</Table.Td>
      <Table.Td>
        <Group gap="sm" wrap="nowrap">
          <Downloads incidentId={incidentId} item={item} />
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t("documents.openOf", { judul: item.title, nomor: item.nomor ?? "" })}
            onClick={onOpen}
          >
            {t("documents.open")}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function origin(t: TFunction, item: DocumentItem): string {
  if (item.step_no === 0) return t("documents.asked");
  const round = item.putaran > 1 ? `, ${t("incident.round", { count: item.putaran })}` : "";
  return `${t("documents.step")} ${item.step_no}${round}`;
}

function Downloads({ incidentId, item }: { incidentId: string; item: DocumentItem }) {
  const { t } = useTranslation();
  if (item.status === "ready") {
    return (
      <Group gap="sm" wrap="nowrap">
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
    <Group gap={6} role="status" wrap="nowrap">
      {item.status === "pending" && <Loader size={14} aria-hidden />}
      <Badge variant="outline" c="var(--mantine-color-text)" bd="1px solid var(--tg-idle)">
        {t(`documents.status.${item.status}`)}
      </Badge>
    </Group>
  );
}
