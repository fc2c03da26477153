// The incidents per level (bars), per office and per SOP (tables).
import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Figure, GroupFigures, PlaybookFigures } from "../../lib/oversight-api";
import type { SummarySearch } from "../../lib/search";
import type { Hasil, Level } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import { LEVELS, LevelBadge } from "../../components/level-badge";
import { Bar } from "./bar";
import { FigureLink } from "./figure-link";
import { Section } from "./section";
import classes from "./summary.module.css";

export function LevelBars({ groups, search }: { groups: GroupFigures[]; search: SummarySearch }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...groups.map((one) => one.masih_terbuka));
  return (
    <Section title={t("summary.perLevel")} hint={t("summary.perLevelHint")}>
      <ul className="plain-list">
        {LEVELS.map((level) => (
          <LevelBar
            key={level}
            level={level}
            group={groups.find((one) => one.kunci === level)}
            most={most}
            search={search}
          />
        ))}
      </ul>
    </Section>
  );
}

interface LevelProps {
  level: Level;
  group: GroupFigures | undefined;
  most: number;
  search: SummarySearch;
}

function LevelBar({ level, group, most, search }: LevelProps) {
  const { t } = useTranslation();
  const open = group?.masih_terbuka ?? 0;
  const late = group?.lewat ?? 0;
  const name = t(`level.${level}`);
  return (
    <li className={classes.level}>
      <LevelBadge level={level} />
      <Bar value={open} of={most} color={`var(--mantine-color-${level}-filled)`} />
      <Text component="span" size="sm">
        <FigureLink
          search={search}
          behind={{ angka: "masih_terbuka", level }}
          count={open}
          label={`${t("summary.figure.masih_terbuka")}, ${name}`}
        />{" "}
        {t("summary.open")}
        {", "}
        <FigureLink
          search={search}
          behind={{ angka: "lewat", level }}
          count={late}
          label={`${t("summary.figure.lewat")}, ${name}`}
        />{" "}
        {t("summary.late")}
      </Text>
    </li>
  );
}

const COUNTS = ["dibuka", "ditutup", "masih_terbuka", "lewat", "putaran"] as const satisfies readonly Figure[];

interface TableProps {
  title: string;
  hint: string;
  groups: GroupFigures[];
  search: SummarySearch;
}

export function GroupTable({ title, hint, groups, search }: TableProps) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <Section title={title} hint={hint}>
      <div className="scroll-x" role="region" tabIndex={0} aria-label={t("summary.table", { apa: title })}>
        <Table miw={620}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("summary.office")}</Table.Th>
              {COUNTS.map((one) => (
                <Table.Th key={one}>{t(`summary.short.${one}`)}</Table.Th>
              ))}
              <Table.Th>{t("summary.meanDays")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {groups.map((one) => (
              <Table.Tr key={one.kunci}>
                <Table.Td miw={170}>{one.nama}</Table.Td>
                {COUNTS.map((angka) => (
                  <Table.Td key={angka}>
                    <FigureLink
                      search={search}
                      behind={{ angka, kantor: one.kunci }}
                      count={one[angka]}
                      label={`${t(`summary.figure.${angka}`)}, ${one.nama}`}
                    />
                  </Table.Td>
                ))}
                <Table.Td>{daysText(format.number, one.rata_hari_kerja)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Section>
  );
}

export function SopTable({ sops, search }: { sops: PlaybookFigures[]; search: SummarySearch }) {
  const { t } = useTranslation();
  return (
    <Section title={t("summary.perSop")} hint={t("summary.perSopHint")}>
      <div
        className="scroll-x"
        role="region"
        tabIndex={0}
        aria-label={t("summary.table", { apa: t("summary.perSop") })}
      >
        <Table miw={860}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("summary.sop")}</Table.Th>
              {COUNTS.map((one) => (
                <Table.Th key={one}>{t(`summary.short.${one}`)}</Table.Th>
              ))}
              <Table.Th>{t("summary.outcomes")}</Table.Th>
              <Table.Th>{t("summary.meanDays")}</Table.Th>
              <Table.Th>{t("summary.totalTime")}</Table.Th>
              <Table.Th>{t("summary.withinTotal")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sops.map((one) => (
              <SopRow key={one.playbook_id} one={one} search={search} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Section>
  );
}

function SopRow({ one, search }: { one: PlaybookFigures; search: SummarySearch }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const measured = one.dalam_waktu_total + one.lewat_waktu_total;
  const outcomes = Object.entries(one.hasil).map(([hasil, count]) => `${t(`hasil.${hasil as Hasil}`)}: ${count}`);
  return (
    <Table.Tr>
      <Table.Td className="hostile">{one.judul}</Table.Td>
      {COUNTS.map((angka) => (
        <Table.Td key={angka}>
          <FigureLink
            search={search}
            behind={{ angka, playbook: one.playbook_id }}
            count={one[angka]}
            label={`${t(`summary.figure.${angka}`)}, ${one.judul}`}
          />
        </Table.Td>
      ))}
      <Table.Td>{outcomes.join("; ") || "–"}</Table.Td>
      <Table.Td>{daysText(format.number, one.rata_hari_kerja)}</Table.Td>
      <Table.Td>{one.waktu_total ?? "–"}</Table.Td>
      <Table.Td>{measured > 0 ? t("summary.outOf", { jumlah: one.dalam_waktu_total, dari: measured }) : "–"}</Table.Td>
    </Table.Tr>
  );
}

const daysText = (number: (value: number) => string, days: number | null) =>
  days === null ? "–" : number(Math.round(days * 10) / 10);
