// Lines that no parser could read: where they stood, why, and as they came.
import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { LoadMore } from "../../components/load-more";
import { itemsOf, useQuarantine } from "../../lib/queries";
import type { QuarantinedRecord } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";

export function QuarantineTab() {
  const { t } = useTranslation();
  const format = useFormatter();
  const query = useQuarantine(true);
  return (
    <>
      <Text c="dimmed" mb="sm">
        {t("data.quarantineText")}
      </Text>
      <Read query={query}>
        {(data) => {
          const records = itemsOf(data);
          if (records.length === 0) return <Empty>{t("data.quarantineEmpty")}</Empty>;
          return (
            <>
              <Text size="sm" mb="xs" role="status">
                {t("data.quarantineTotal", { total: format.number(data.pages[0]?.total ?? records.length) })}
              </Text>
              <Records records={records} />
            </>
          );
        }}
      </Read>
      <LoadMore query={query} />
    </>
  );
}

function Records({ records }: { records: QuarantinedRecord[] }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <div className="scroll-x" role="region" tabIndex={0} aria-label={t("data.quarantine")}>
      <Table miw={720}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("data.time")}</Table.Th>
            <Table.Th>{t("data.file")}</Table.Th>
            <Table.Th>{t("data.reason")}</Table.Th>
            <Table.Th>{t("data.original")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {records.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td style={{ whiteSpace: "nowrap" }}>{format.moment(one.at)}</Table.Td>
              <Table.Td className="name">
                {one.file}
                <Text size="xs" c="dimmed">
                  {/* The server counts from 0, an editor's line numbers from 1. */}
                  {one.record !== null && t("data.record", { number: one.record + 1 })}
                </Text>
              </Table.Td>
              <Table.Td className="name">{one.reason}</Table.Td>
              <Table.Td className="mono line">{one.original}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
