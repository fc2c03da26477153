// What a capture holds: how far its analysis is, when things happened, and a table for each kind. All of it hostile text.
import { Stack, Tabs, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { PageHead } from "../../components/page-head";
import type { CaptureOf, CaptureResult } from "../../lib/capture-api";
import { sizeText } from "../../lib/format";
import { CAPTURE_TABS, type CaptureSearch, type CaptureTab } from "../../lib/search";
import { useFormatter, useLanguage } from "../../lib/use-formatter";
import { AlertsTab } from "./alerts-tab";
import { EndpointsTab } from "./endpoints-tab";
import { Histogram } from "./histogram";
import { JobPanel } from "./job-panel";
import { ProtocolsTab } from "./protocols-tab";
import { RowsTab } from "./rows-tab";

const eventsOf = (capture: CaptureResult): number =>
  Object.values(capture.jumlah).reduce((total, count) => total + count, 0);

interface Props {
  of: CaptureOf;
  capture: CaptureResult;
  search: CaptureSearch;
  onSearch: (search: CaptureSearch) => void;
}

export function CaptureBody({ of, capture, search, onSearch }: Props) {
  const { t } = useTranslation();
  const { tab = "protokol", alamat } = search;
  const events = eventsOf(capture);
  const open = (next: string | null, address?: string) =>
    onSearch({ tab: (next ?? "protokol") as CaptureTab, alamat: address });
  return (
    <Stack gap="md">
      <PageHead title={capture.nama} subtitle={<Facts capture={capture} />} />
      <JobPanel of={of} job={capture.job} />
      <Histogram of={of} events={events} />
      <Tabs value={tab} onChange={(next) => open(next, alamat)} keepMounted={false}>
        <Tabs.List mb="md" aria-label={t("capture.tabs")}>
          {CAPTURE_TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              <TabName tab={one} capture={capture} />
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="protokol">
          <ProtocolsTab of={of} events={events} />
        </Tabs.Panel>
        <Tabs.Panel value="titik">
          <EndpointsTab of={of} onAddress={(address) => open("percakapan", address)} />
        </Tabs.Panel>
        <Tabs.Panel value="temuan">
          <AlertsTab of={of} events={events} />
        </Tabs.Panel>
        {CAPTURE_TABS.filter((one) => one in TABLES).map((one) => (
          <Tabs.Panel key={one} value={one}>
            <RowsTab
              of={of}
              table={TABLES[one as keyof typeof TABLES]}
              address={alamat}
              onAddress={(address) => open(one, address)}
            />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

const TABLES = {
  percakapan: "conversations",
  dns: "dns",
  http: "http",
  tls: "tls",
  berkas: "files",
  lain: "others",
} as const;

function TabName({ tab, capture }: { tab: CaptureTab; capture: CaptureResult }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const table = tab in TABLES ? TABLES[tab as keyof typeof TABLES] : undefined;
  const count = table === undefined ? undefined : capture.jumlah[table];
  return (
    <>
      {t(`capture.tab.${tab}`)}
      {count === undefined ? "" : ` (${format.number(count)})`}
    </>
  );
}

function Facts({ capture }: { capture: CaptureResult }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const language = useLanguage();
  const facts = [
    sizeText(capture.ukuran, language),
    t("capture.packets", { count: capture.paket, shown: format.number(capture.paket) }),
    t("capture.onWire", { size: sizeText(capture.bita, language) }),
    ...(capture.pertama && capture.terakhir
      ? [`${format.precise(capture.pertama)} – ${format.precise(capture.terakhir)}`]
      : []),
  ];
  return <Text size="sm">{facts.join(" · ")}</Text>;
}
