// How long each step took on average, beside its standard time: per SOP, in the order of its steps.
import { Stack, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Empty } from "../../components/feedback";
import { workingSpan } from "../../lib/format";
import type { StepFigures, Summary } from "../../lib/oversight-api";
import type { SummarySearch } from "../../lib/search";
import { useFormatter, useLanguage } from "../../lib/use-formatter";
import { Bar } from "./bar";
import { PlaceLink } from "./figure-link";
import { Section } from "./section";
import classes from "./summary.module.css";

export function StepTimes({ data, search }: { data: Summary; search: SummarySearch }) {
  const { t } = useTranslation();
  const sops = data.playbook
    .map((sop) => ({ ...sop, steps: data.langkah.filter((one) => one.playbook_id === sop.playbook_id) }))
    .filter((sop) => sop.steps.length > 0);
  return (
    <Section id="waktu" title={t("summary.stepTimes")} hint={t("summary.stepTimesHint")}>
      {sops.length === 0 && <Empty>{t("summary.noSteps")}</Empty>}
      <Stack>
        {sops.map(({ playbook_id, judul, steps }) => (
          <div key={playbook_id}>
            <Title order={3} size="h4" className="hostile">
              {judul}
            </Title>
            <StepTable judul={judul} steps={steps} search={search} />
          </div>
        ))}
      </Stack>
    </Section>
  );
}

function StepTable({ judul, steps, search }: { judul: string; steps: StepFigures[]; search: SummarySearch }) {
  const { t } = useTranslation();
  const columns = ["no", "uraian", "batas", "rata", "selesai", "tepat", "terlambat", "masih"] as const;
  return (
    <div className="scroll-x" role="region" tabIndex={0} aria-label={`${t("summary.stepTimes")}: ${judul}`}>
      <Table miw={900} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((one) => (
              <Table.Th key={one}>{t(`summary.step.${one}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {steps.map((one) => (
            <StepRow key={one.no} one={one} search={search} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function StepRow({ one, search }: { one: StepFigures; search: SummarySearch }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const step = { sop: one.playbook_id, langkah: one.no };
  const lateLink = (count: number, what: string) =>
    count === 0 ? (
      "0"
    ) : (
      <PlaceLink
        place="langkah-terlambat"
        search={search}
        step={step}
        label={`${what}, ${t("summary.step.no")} ${one.no}`}
      >
        {format.number(count)}
      </PlaceLink>
    );
  return (
    <Table.Tr>
      <Table.Td>{one.no}</Table.Td>
      <Table.Td className="hostile">{one.uraian}</Table.Td>
      <Table.Td>{one.batas ?? "–"}</Table.Td>
      <Table.Td className={classes.bar}>
        <MeanTime one={one} />
      </Table.Td>
      <Table.Td>{format.number(one.selesai)}</Table.Td>
      <Table.Td>{format.number(one.tepat_waktu)}</Table.Td>
      <Table.Td>{lateLink(one.terlambat, t("summary.step.terlambat"))}</Table.Td>
      <Table.Td>{lateLink(one.masih_lewat, t("summary.step.masih"))}</Table.Td>
    </Table.Tr>
  );
}

function MeanTime({ one: { rata_menit: mean, batas_menit: limit } }: { one: StepFigures }) {
  const language = useLanguage();
  const { t } = useTranslation();
  if (mean === null) return <>–</>;
  const isLate = limit !== null && mean > limit;
  return (
    <>
      <Text size="sm" fw={isLate ? 700 : 400} component="div">
        {workingSpan(language, Math.round(mean))}
        {isLate && ` · ${t("summary.overLimit")}`}
      </Text>
      {limit !== null && (
        <Bar
          value={mean}
          of={Math.max(mean, limit, 1)}
          mark={limit}
          color={isLate ? "var(--tg-rework)" : "var(--tg-done)"}
        />
      )}
    </>
  );
}
