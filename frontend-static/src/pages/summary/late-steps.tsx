// Every step that passed its standard time, with what was said: the list behind the share that was kept.
import { Anchor, Button, Group, Table, Text } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "../../components/feedback";
import { workingSpan } from "../../lib/format";
import type { LateStep, Summary } from "../../lib/oversight-api";
import type { SummarySearch } from "../../lib/search";
import { useFormatter, useLanguage } from "../../lib/use-formatter";
import cards from "../../components/cards.module.css";
import { Section } from "./section";

export function LateSteps({ data, search }: { data: Summary; search: SummarySearch }) {
  const { t } = useTranslation();
  const { sop, langkah } = search;
  const isOneStep = sop !== undefined && langkah !== undefined;
  const shown = data.langkah_terlambat.filter((one) => !isOneStep || (one.playbook_id === sop && one.no === langkah));
  const left = data.langkah_terlambat_jumlah - data.langkah_terlambat.length;
  return (
    <Section id="langkah-terlambat" title={t("summary.lateSteps")} hint={t("summary.lateStepsHint")}>
      {isOneStep && <OneStep search={search} judul={data.playbook.find((one) => one.playbook_id === sop)?.judul} />}
      {shown.length === 0 ? <Empty>{t("summary.noLate")}</Empty> : <LateTable steps={shown} />}
      {left > 0 && <Text size="sm">{t("summary.moreInPack", { jumlah: left })}</Text>}
    </Section>
  );
}

function OneStep({
  search: { masa, dari, sampai, langkah },
  judul,
}: {
  search: SummarySearch;
  judul: string | undefined;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Group mb="xs">
      <Text className="hostile">{t("summary.onlyStep", { no: langkah, judul: judul ?? "" })}</Text>
      <Button
        size="xs"
        variant="default"
        onClick={() => void navigate({ to: "/ringkasan", search: { masa, dari, sampai }, hash: "langkah-terlambat" })}
      >
        {t("summary.allSteps")}
      </Button>
    </Group>
  );
}

function LateTable({ steps }: { steps: LateStep[] }) {
  const { t } = useTranslation();
  const columns = ["insiden", "langkah", "pelaksana", "jatuhTempo", "selesai", "lewat", "alasan"] as const;
  return (
    <Table className={cards.table} aria-label={t("summary.lateSteps")} verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          {columns.map((one) => (
            <Table.Th key={one}>{t(`summary.lateStep.${one}`)}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {steps.map((one) => (
          <LateRow key={`${one.incident_id}.${one.no}.${one.putaran}`} one={one} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function LateRow({ one }: { one: LateStep }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const language = useLanguage();
  return (
    <Table.Tr>
      <Table.Td className={cards.nowrap}>
        <Anchor inherit component={Link} to="/insiden/$id" params={{ id: one.incident_id } as never}>
          {one.nomor}
        </Anchor>
      </Table.Td>
      <Table.Td className="hostile">
        {one.no} {one.uraian}
        {one.putaran > 1 && ` (${t("incident.round", { count: one.putaran })})`}
      </Table.Td>
      <Table.Td className="hostile">{one.pelaksana}</Table.Td>
      <Table.Td>{format.moment(one.jatuh_tempo)}</Table.Td>
      <Table.Td>{one.selesai ? format.moment(one.selesai) : t("summary.notYet")}</Table.Td>
      <Table.Td>{t("summary.lateBy", { lama: workingSpan(language, one.terlambat_menit) })}</Table.Td>
      <Table.Td className="hostile">{one.alasan || "–"}</Table.Td>
    </Table.Tr>
  );
}
