// Every version of an SOP: what became of it, who made it, who put it in force.
import { Anchor, Badge, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { SopVersion } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import { versionName } from "../../lib/version-name";

const COLOURS: Record<SopVersion["status"], string> = {
  konsep: "medium",
  berlaku: "done",
  digantikan: "informational",
  dibatalkan: "informational",
};

const COLUMNS = ["version", "statusColumn", "madeBy", "enforcedBy", "why"] as const;

export function VersionBadge({ status }: { status: SopVersion["status"] }) {
  const { t } = useTranslation();
  return (
    <Badge variant="filled" color={COLOURS[status]}>
      {t(`editor.status.${status}`)}
    </Badge>
  );
}

export function VersionList({ sopId, versions, chosen }: { sopId: string; versions: SopVersion[]; chosen?: number }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const moment = (at: string | null | undefined) => (at ? format.moment(at) : "");
  return (
    <div className="scroll-x" role="region" aria-label={t("editor.versions")} tabIndex={0}>
      <Table withTableBorder miw={640}>
        <Table.Thead>
          <Table.Tr>
            {COLUMNS.map((column) => (
              <Table.Th key={column}>{t(`editor.${column}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {versions.map((one) => (
            <Table.Tr key={one.nomor} aria-current={one.nomor === chosen ? "true" : undefined}>
              <Table.Td>
                <Anchor
                  component={Link}
                  to="/sop/$id/sunting"
                  params={{ id: sopId } as never}
                  search={{ versi: one.nomor } as never}
                  fw={one.nomor === chosen ? 700 : 400}
                >
                  {versionName(t, one.nomor)}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <VersionBadge status={one.status} />
              </Table.Td>
              <Table.Td className="hostile">
                {one.dibuat_oleh}
                <Text size="xs" c="dimmed">
                  {moment(one.dibuat_pada)}
                </Text>
              </Table.Td>
              <Table.Td className="hostile">
                {one.diberlakukan_oleh}
                <Text size="xs" c="dimmed">
                  {moment(one.diberlakukan_pada)}
                </Text>
              </Table.Td>
              <Table.Td className="hostile">
                {one.catatan}
                {one.alasan_berlaku && (
                  <Text size="sm">{t("editor.enforcedBecause", { alasan: one.alasan_berlaku })}</Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
