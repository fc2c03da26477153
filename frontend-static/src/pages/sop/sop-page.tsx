// Any SOP as its own table and flow chart, without an incident.
import { List, Select, Stack, Text, Title } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Read } from "../../components/feedback";
import { PageHead } from "../../components/page-head";
import { Swimlane } from "../../components/swimlane/swimlane";
import { sopOptions } from "../../lib/sop-options";
import { durationText } from "../../lib/format";
import { useSop, useSops } from "../../lib/queries";
import { useLanguage } from "../../lib/use-formatter";
import type { Sop } from "../../lib/types";

const route = getRouteApi("/inside/sop");

export function SopPage() {
  const { t } = useTranslation();
  const { id } = route.useSearch();
  const sops = useSops();
  return (
    <>
      <PageHead title={t("sop.title")} />
      <Read query={sops}>{({ items }) => <Chosen sops={items} id={id ?? items[0]?.id} />}</Read>
    </>
  );
}

function Chosen({ sops, id }: { sops: Sop[]; id: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const sop = useSop(id);
  return (
    <Stack>
      <Select
        label={t("sop.choose")}
        maw={520}
        allowDeselect={false}
        value={id ?? null}
        data={sopOptions(sops)}
        onChange={(chosen) => void navigate({ to: "/sop", search: { id: chosen ?? undefined } })}
      />
      {id !== undefined && <Read query={sop}>{(data) => <SopBody sop={data} />}</Read>}
    </Stack>
  );
}

function SopBody({ sop }: { sop: Sop }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Text>
        {t("sop.totalTime")}: {durationText(t, useLanguage(), sop.waktu_total)}
      </Text>
      <Swimlane sop={sop} />
      <Notes title={t("sop.legalBasis")} lines={sop.dasar_hukum} />
      <Notes title={t("sop.notes")} lines={sop.catatan} />
    </Stack>
  );
}

function Notes({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <section>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <List size="sm" maw={900} spacing={4}>
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    </section>
  );
}
