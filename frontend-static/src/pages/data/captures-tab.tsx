// Captures that the intake received: how far each is, what was found in it, and the way to what it holds.
import { Badge, Group, Progress, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { LoadMore } from "../../components/load-more";
import { Rows } from "../../components/rows";
import { isRunning, useReceivedCaptures, type ReceivedCapture } from "../../lib/capture-api";
import { sizeText } from "../../lib/format";
import { itemsOf } from "../../lib/queries";
import { useFormatter, useLanguage } from "../../lib/use-formatter";

const HEADS = ["name", "state", "findings", "events", "size", "at"] as const;

export function CapturesTab() {
  const { t } = useTranslation();
  const query = useReceivedCaptures();
  return (
    <>
      <Text c="dimmed" mb="sm">
        {t("received.text")}
      </Text>
      <Read query={query}>
        {(data) => {
          const captures = itemsOf(data);
          if (captures.length === 0 && !query.hasNextPage) return <Empty>{t("received.empty")}</Empty>;
          return (
            <Rows heads={HEADS.map((head) => t(`received.${head}`))} minWidth={760}>
              {captures.map((one) => (
                <CaptureRow key={one.job.id} capture={one} />
              ))}
            </Rows>
          );
        }}
      </Read>
      <LoadMore query={query} />
    </>
  );
}

function CaptureRow({ capture }: { capture: ReceivedCapture }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const language = useLanguage();
  const count = (value: number | null) => (value === null ? "–" : format.number(value));
  return (
    <Table.Tr>
      <Table.Td className="name">
        <Link to="/data/tangkapan/$pekerjaan" params={{ pekerjaan: capture.job.id }} search={{}}>
          {capture.nama}
        </Link>
      </Table.Td>
      <Table.Td miw={130}>
        <State capture={capture} />
      </Table.Td>
      <Table.Td>
        {capture.temuan ? (
          <Link
            to="/data/tangkapan/$pekerjaan"
            params={{ pekerjaan: capture.job.id }}
            search={{ tab: "temuan" }}
            aria-label={t("received.findingsOf", { count: capture.temuan, name: capture.nama })}
          >
            {format.number(capture.temuan)}
          </Link>
        ) : (
          count(capture.temuan)
        )}
      </Table.Td>
      <Table.Td>{count(capture.kejadian)}</Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>{sizeText(capture.ukuran, language)}</Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>{format.moment(capture.diterima)}</Table.Td>
    </Table.Tr>
  );
}

function State({ capture: { job, nama, sebagian } }: { capture: ReceivedCapture }) {
  const { t } = useTranslation();
  const words = t(`received.status.${job.status as Status}`, { defaultValue: job.status });
  if (isRunning(job)) {
    const told = job.status === "running" ? `${words} ${job.percent}%` : words;
    return (
      <>
        <Text size="sm">{told}</Text>
        <Progress value={job.percent} aria-label={t("received.progressOf", { name: nama })} />
      </>
    );
  }
  return (
    <>
      <Group gap="xs">
        <Text size="sm">{words}</Text>
        {sebagian && (
          <Badge variant="outline" color="orange" c="var(--mantine-color-text)">
            {t("received.partial")}
          </Badge>
        )}
      </Group>
      {job.error && (
        <Text size="xs" className="hostile">
          {job.error}
        </Text>
      )}
    </>
  );
}

type Status = "queued" | "running" | "done" | "failed" | "cancelled";
