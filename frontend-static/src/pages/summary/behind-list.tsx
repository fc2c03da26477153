// The incidents that a figure counted.
import { Anchor, Button, Group, Table, Text } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { IncidentStatusBadge, LevelBadge } from "../../components/level-badge";
import { useBehind, type CountedIncident, type Figure, type Period, type Summary } from "../../lib/oversight-api";
import type { SummarySearch } from "../../lib/search";
import type { Level } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import cards from "../../components/cards.module.css";
import { Section } from "./section";

interface Props {
  data: Summary;
  period: Period;
  search: SummarySearch;
}

export function BehindList({ data, period, search }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { masa, dari, sampai, tingkat, sop, kantor } = search;
  const angka: Figure = search.angka ?? "dibuka";
  const query = useBehind(period, { angka, level: tingkat, playbook: sop, kantor });
  const parts = [
    t(`summary.figure.${angka}`),
    tingkat && t(`level.${tingkat as Level}`),
    sop && data.playbook.find((one) => one.playbook_id === sop)?.judul,
    kantor && data.kantor.find((one) => one.kunci === kantor)?.nama,
  ];
  return (
    <Section
      id="daftar"
      title={parts.filter(Boolean).join(" · ")}
      hint={angka === "putaran" ? t("summary.withLoops") : t(`summary.meaning.${angka}`)}
    >
      <Group justify="flex-end" mb="xs">
        <Button
          size="xs"
          variant="default"
          onClick={() => void navigate({ to: "/ringkasan", search: { masa, dari, sampai } })}
        >
          {t("summary.closeList")}
        </Button>
      </Group>
      <Read query={query}>
        {({ items, total }) => (
          <>
            {items.length === 0 ? <Empty>{t("incidents.empty")}</Empty> : <BehindTable items={items} />}
            {(total ?? 0) > items.length && (
              <Text size="sm">{t("summary.moreInPack", { jumlah: (total ?? 0) - items.length })}</Text>
            )}
          </>
        )}
      </Read>
    </Section>
  );
}

function BehindTable({ items }: { items: CountedIncident[] }) {
  const { t } = useTranslation();
  const columns = ["nomor", "judul", "tingkat", "kantor", "dibuka", "ditutup"] as const;
  return (
    <Table className={cards.table} aria-label={t("summary.list")} verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          {columns.map((one) => (
            <Table.Th key={one}>{t(`summary.listed.${one}`)}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((one) => (
          <BehindRow key={one.incident_id} one={one} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function BehindRow({ one }: { one: CountedIncident }) {
  const format = useFormatter();
  return (
    <Table.Tr>
      <Table.Td className={cards.nowrap}>{one.nomor}</Table.Td>
      <Table.Td className="hostile">
        <Anchor component={Link} to="/insiden/$id" params={{ id: one.incident_id } as never} fw={600}>
          {one.judul}
        </Anchor>
        <Text size="xs" c="dimmed">
          {one.playbook_judul}
        </Text>
      </Table.Td>
      <Table.Td>
        <LevelBadge level={one.level} />
      </Table.Td>
      <Table.Td className="hostile">{one.kantor_nama}</Table.Td>
      <Table.Td>{format.moment(one.dibuka)}</Table.Td>
      <Table.Td>
        {one.ditutup ? format.moment(one.ditutup) : <IncidentStatusBadge incident={{ status: "open", hasil: null }} />}
      </Table.Td>
    </Table.Tr>
  );
}
