// Putaran: work that was sent back, why, and the working time until it came back.
import { Anchor, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "../../components/feedback";
import type { Loop, Summary } from "../../lib/oversight-api";
import { useFormatter } from "../../lib/use-formatter";
import cards from "../../components/cards.module.css";
import { Section } from "./section";

export function Loops({ data }: { data: Summary }) {
  const { t } = useTranslation();
  const left = data.putaran_jumlah - data.putaran.length;
  return (
    <Section id="putaran" title={t("summary.loops")} hint={t("summary.loopsHint")}>
      {data.putaran.length === 0 ? <Empty>{t("summary.noLoops")}</Empty> : <LoopTable loops={data.putaran} />}
      {left > 0 && <Text size="sm">{t("summary.moreInPack", { jumlah: left })}</Text>}
    </Section>
  );
}

function LoopTable({ loops }: { loops: Loop[] }) {
  const { t } = useTranslation();
  const columns = ["insiden", "jalan", "putaran", "sejak", "hari", "alasan"] as const;
  return (
    <Table className={cards.table} aria-label={t("summary.loops")} verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          {columns.map((one) => (
            <Table.Th key={one}>{t(`summary.loop.${one}`)}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {loops.map((one) => (
          <LoopRow key={`${one.incident_id}.${one.dari}.${one.sejak}`} one={one} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function LoopRow({ one }: { one: Loop }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <Table.Tr>
      <Table.Td className={cards.nowrap}>
        <Anchor inherit component={Link} to="/insiden/$id" params={{ id: one.incident_id } as never}>
          {one.nomor}
        </Anchor>
      </Table.Td>
      <Table.Td>{t("summary.fromTo", { dari: one.dari, ke: one.ke })}</Table.Td>
      <Table.Td>{t("incident.round", { count: one.putaran })}</Table.Td>
      <Table.Td>{format.moment(one.sejak)}</Table.Td>
      <Table.Td>
        {t("summary.days", { hari: format.number(Math.round(one.hari_kerja * 10) / 10) })}
        {one.sampai === null && ` (${t("summary.notBack")})`}
      </Table.Td>
      <Table.Td className="hostile">{one.alasan || "–"}</Table.Td>
    </Table.Tr>
  );
}
