// One table of a capture, page by page; a conversation can be looked into, or taken as a capture of its own.
import { Anchor, Button, Group, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  flowUrl,
  isEvidence,
  useCaptureRows,
  type CaptureOf,
  type CaptureTable,
  type EvidenceOf,
  type FlowOf,
} from "../../lib/capture-api";
import type { FlatEvent } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import { cellText, COLUMNS, flowOf } from "./columns";
import { PacketsFlyOut } from "./packets-fly-out";
import { PagedTable } from "./paged-table";

interface Props {
  of: CaptureOf;
  table: CaptureTable;
  address: string | undefined;
  onAddress: (address: string | undefined) => void;
}

export function RowsTab({ of, table, address, onAddress }: Props) {
  const { t } = useTranslation();
  const format = useFormatter();
  const query = useCaptureRows(of, table, address);
  const [opened, setOpened] = useState<FlowOf | undefined>();
  const columns = COLUMNS[table];
  const taken = table === "conversations" && isEvidence(of) ? of : undefined;
  const heads = [...columns.map(({ head }) => t(`capture.${head}`)), ...(taken ? [t("capture.flow")] : [])];
  return (
    <>
      {address !== undefined && (
        <Group gap="sm" mb="xs">
          <Text size="sm">{t("capture.only", { address })}</Text>
          <Button size="compact-xs" variant="default" onClick={() => onAddress(undefined)}>
            {t("capture.all")}
          </Button>
        </Group>
      )}
      <PagedTable query={query} heads={heads} minWidth={960}>
        {(event) => (
          <Table.Tr key={String(event._id)}>
            {columns.map((column) => (
              <Table.Td
                key={column.head}
                className={column.kind === "address" ? "name" : "hostile"}
                style={column.kind === "time" ? { whiteSpace: "nowrap" } : undefined}
              >
                {cellText(event, column, format)}
              </Table.Td>
            ))}
            {taken && (
              <Table.Td>
                <FlowActions of={taken} event={event} onOpen={setOpened} />
              </Table.Td>
            )}
          </Table.Tr>
        )}
      </PagedTable>
      {taken && <PacketsFlyOut of={taken} flow={opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}

function FlowActions({ of, event, onOpen }: { of: EvidenceOf; event: FlatEvent; onOpen: (flow: FlowOf) => void }) {
  const { t } = useTranslation();
  const flow = flowOf(event);
  if (flow === undefined) return null;
  const words = { source: flow.source_ip, destination: flow.destination_ip, port: flow.destination_port };
  return (
    <Group gap="xs" wrap="nowrap">
      {flow.source_port > 0 && (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => onOpen(flow)}
          aria-label={t("capture.packetsOf", words)}
        >
          {t("capture.packetsHead")}
        </Button>
      )}
      <Anchor size="xs" href={flowUrl(of, flow)} download aria-label={t("capture.takeFlow", words)}>
        {t("capture.take")}
      </Anchor>
    </Group>
  );
}
