// Ringkasan, for the leadership: what a period looked like. Every figure says what it counts and leads to what it counted.
import { SimpleGrid, Stack } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { PageHead } from "../../components/page-head";
import { useSummary, type Period, type Summary } from "../../lib/oversight-api";
import { periodOf } from "../../lib/period";
import { useMe } from "../../lib/queries";
import type { SummarySearch } from "../../lib/search";
import { useFormatter } from "../../lib/use-formatter";
import { BehindList } from "./behind-list";
import { GroupTable, LevelBars, SopTable } from "./group-figures";
import { Headline } from "./headline";
import { LateSteps } from "./late-steps";
import { Loops } from "./loops";
import { PeriodForm } from "./period-form";
import { StepTimes } from "./step-times";

const route = getRouteApi("/inside/ringkasan");

export function SummaryPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const zone = useMe().data?.zona ?? "UTC";
  const { masa, dari, sampai } = search;
  // A moment taken once: another one at every drawing would ask the server without end.
  const period = useMemo(() => periodOf({ masa, dari, sampai }, new Date(), zone), [masa, dari, sampai, zone]);
  return (
    <>
      <PageHead title={t("summary.title")} subtitle={period && <PeriodText period={period} />} />
      <PeriodForm search={search} />
      {period ? <Figures period={period} search={search} /> : <Empty>{t("summary.noPeriod")}</Empty>}
    </>
  );
}

function PeriodText({ period }: { period: Period }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return <>{t("summary.period", { dari: format.moment(period.from), sampai: format.moment(period.to) })}</>;
}

function Figures({ period, search }: { period: Period; search: SummarySearch }) {
  return <Read query={useSummary(period)}>{(data) => <Sections data={data} period={period} search={search} />}</Read>;
}

function Sections({ data, period, search }: { data: Summary; period: Period; search: SummarySearch }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Headline data={data} search={search} />
      {search.angka && <BehindList data={data} period={period} search={search} />}
      <SimpleGrid cols={{ base: 1, xl: 2 }}>
        <LevelBars groups={data.tingkat} search={search} />
        <GroupTable
          title={t("summary.perOffice")}
          hint={t("summary.perOfficeHint")}
          groups={data.kantor}
          search={search}
        />
      </SimpleGrid>
      <SopTable sops={data.playbook} search={search} />
      <StepTimes data={data} search={search} />
      <LateSteps data={data} search={search} />
      <Loops data={data} />
    </Stack>
  );
}
