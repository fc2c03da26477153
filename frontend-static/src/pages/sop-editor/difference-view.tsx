// What changed between two versions, part by part, in the words of the SOP.
import { Badge, Group, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SopChange, SopDifference } from "../../lib/types";

const COLOURS: Record<SopChange["jenis"], string> = {
  tambah: "done",
  hapus: "critical",
  ubah: "low",
  pindah: "informational",
};

export function DifferenceView({ difference }: { difference: SopDifference }) {
  const { t } = useTranslation();
  const { perubahan } = difference;
  if (perubahan.length === 0) return <Text>{t("editor.noDifference")}</Text>;
  return (
    <Stack gap="md">
      {perubahan.map((change, index) => (
        <Change key={index} change={change} />
      ))}
    </Stack>
  );
}

function Change({ change }: { change: SopChange }) {
  const { t } = useTranslation();
  const isElsewhere =
    change.langkah_lama !== null && change.langkah_baru !== null && change.langkah_lama !== change.langkah_baru;
  return (
    <section>
      <Group gap="xs" mb={4}>
        <Badge variant="filled" color={COLOURS[change.jenis]}>
          {t(`editor.change.${change.jenis}`)}
        </Badge>
        <Text fw={600} className="hostile">
          {change.judul}
        </Text>
        {isElsewhere && <Text size="sm">{t("editor.wasStep", { no: change.langkah_lama })}</Text>}
      </Group>
      {change.isi.length > 0 && (
        <div className="scroll-x" role="region" aria-label={change.judul} tabIndex={0}>
          <Table withTableBorder layout="fixed" miw={520}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w="26%">{t("editor.fieldColumn")}</Table.Th>
                <Table.Th>{t("editor.before")}</Table.Th>
                <Table.Th>{t("editor.after")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {change.isi.map((edit, index) => (
                <Table.Tr key={index}>
                  <Table.Td className="hostile">{edit.kata}</Table.Td>
                  <Table.Td className="hostile">{edit.lama === null ? "–" : <del>{edit.lama}</del>}</Table.Td>
                  <Table.Td className="hostile">
                    {edit.baru === null ? "–" : <ins style={{ textDecoration: "none" }}>{edit.baru}</ins>}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </section>
  );
}
