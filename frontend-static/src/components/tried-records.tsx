// What each tried line would be: its event, why it would be refused, or that it only says how others are read.
import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { eventText, type TriedRecord } from "../lib/parsers-api";

export function TriedRecords({ records }: { records: TriedRecord[] }) {
  const { t } = useTranslation();
  return (
    <div className="scroll-x" role="region" tabIndex={0} aria-label={t("data.tryResults")}>
      <Table miw={720}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("data.tryLine")}</Table.Th>
            <Table.Th>{t("data.original")}</Table.Th>
            <Table.Th>{t("data.tryEvent")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {records.map((one) => (
            <Table.Tr key={one.baris}>
              <Table.Td>{one.baris}</Table.Td>
              <Table.Td className="mono">{one.asli}</Table.Td>
              <Table.Td>
                <Said record={one} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Said({ record }: { record: TriedRecord }) {
  const { t } = useTranslation();
  if (record.kejadian) {
    return (
      <Text component="pre" className="mono" m={0} style={{ whiteSpace: "pre-wrap" }}>
        {eventText(record.kejadian)}
      </Text>
    );
  }
  return (
    <Text className="hostile">
      {record.alasan ? t("data.tryRefused", { reason: record.alasan }) : t("data.tryHeading")}
    </Text>
  );
}
