// The figures that are looked at first, each with what it counts in words.
import { Paper, SimpleGrid, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Summary } from "../../lib/oversight-api";
import type { SummarySearch } from "../../lib/search";
import { useFormatter } from "../../lib/use-formatter";
import { FigureLink, PlaceLink } from "./figure-link";

export function Headline({ data, search }: { data: Summary; search: SummarySearch }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} component="section" aria-label={t("summary.headline")}>
      {(["masih_terbuka", "lewat", "dibuka", "ditutup"] as const).map((angka) => (
        <Card key={angka} label={t(`summary.figure.${angka}`)} meaning={t(`summary.meaning.${angka}`)}>
          <FigureLink search={search} behind={{ angka }} count={data[angka]} label={t(`summary.figure.${angka}`)} />
        </Card>
      ))}
      <Card label={t("summary.kept")} meaning={t("summary.meaning.kept", { count: data.langkah_terlambat_jumlah })}>
        <PlaceLink place="langkah-terlambat" search={search} label={t("summary.kept")}>
          {data.kepatuhan === null ? "–" : `${format.number(Math.round(data.kepatuhan * 100))} %`}
        </PlaceLink>
      </Card>
      <Card
        label={t("summary.figure.putaran")}
        meaning={t("summary.meaning.putaran", { hari: format.number(data.putaran_hari_kerja) })}
      >
        <PlaceLink place="putaran" search={search} label={t("summary.figure.putaran")}>
          {format.number(data.putaran_jumlah)}
        </PlaceLink>
      </Card>
    </SimpleGrid>
  );
}

function Card({ label, meaning, children }: { label: string; meaning: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md">
      <Text fw={600}>{label}</Text>
      <Text fz={30} fw={700} lh={1.3} component="div">
        {children}
      </Text>
      <Text size="sm" c="dimmed">
        {meaning}
      </Text>
    </Paper>
  );
}
