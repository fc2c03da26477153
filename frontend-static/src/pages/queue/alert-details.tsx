// What is known of a detection: what to look at, its facts, and the events that made it.
import { Anchor, Group, List, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { queryOfGroup } from "../../lib/event-query";
import type { AlertDetail } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";

export function AlertDetails({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation();
  return (
    <>
      {alert.usulan && (
        <Text role="note">
          <Anchor component={Link} to={`/insiden/${encodeURIComponent(alert.usulan.insiden_id)}`}>
            {t("ties.recalls", { nomor: alert.usulan.insiden_nomor })}
          </Anchor>
        </Text>
      )}
      <Lines title={t("queue.lookAt")} lines={alert.look_at} />
      <Figures alert={alert} />
      <Facts alert={alert} />
      <Lines title={t("queue.falsePositives")} lines={alert.false_positives} />
      <Events alert={alert} />
    </>
  );
}

function Lines({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <section>
      <Title order={4} mb={4}>
        {title}
      </Title>
      <List size="sm">
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    </section>
  );
}

function Facts({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const facts: [string, ReactNode][] = [
    ...Object.entries(alert.group),
    [t("queue.firstSeen"), format.moment(alert.first_seen)],
    [t("queue.lastSeen"), format.moment(alert.last_seen)],
    [t("queue.rule"), alert.rule_id],
    [t("queue.source"), alert.source],
    [t("queue.tags"), alert.tags.join(", ") || "–"],
    ...(alert.credit ? [[t("queue.credit"), creditOf(alert.credit)] satisfies [string, ReactNode]] : []),
    ...(alert.reason ? [[t("queue.reason"), alert.reason] satisfies [string, ReactNode]] : []),
  ];
  return <Rows title={t("queue.facts")} rows={facts} />;
}

/** What a detector measured when it fired. */
function Figures({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation();
  if (alert.figures.length === 0) return null;
  return <Rows title={t("queue.figures")} rows={alert.figures.map(({ name, value }) => [name, value])} />;
}

function Rows({ title, rows }: { title: string; rows: [string, ReactNode][] }) {
  return (
    <section>
      <Title order={4} mb={4}>
        {title}
      </Title>
      <dl style={{ display: "grid", gridTemplateColumns: "minmax(90px, auto) 1fr", gap: "2px 14px", margin: 0 }}>
        {rows.map(([name, value]) => (
          <FactRow key={name} name={name} value={value} />
        ))}
      </dl>
    </section>
  );
}

/** The licences of rule packs ask that the author be named where a rule has matched. */
const creditOf = ({ author, pack, version, licence }: NonNullable<AlertDetail["credit"]>) =>
  [author, version ? `${pack} (${version})` : pack, licence].filter(Boolean).join(" · ");

function FactRow({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0}>
        {value}
      </Text>
    </>
  );
}

function Events({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const query = queryOfGroup(alert.group);
  return (
    <section>
      <Group justify="space-between" mb={4}>
        <Title order={4}>{t("queue.events")}</Title>
        {query && (
          <Anchor size="sm" component={Link} to={`/data?q=${encodeURIComponent(query)}`}>
            {t("queue.searchEvents")}
          </Anchor>
        )}
      </Group>
      <Text size="xs" c="dimmed" mb={6}>
        {t("queue.eventsShown", { shown: format.number(alert.events.length), total: format.number(alert.event_count) })}
      </Text>
      <Stack component="ol" gap={6} className="plain-list">
        {alert.events.map((event) => (
          <li key={event.id}>
            <Text size="xs" c="dimmed">
              <time dateTime={event.at}>{format.precise(event.at)}</time>
            </Text>
            <div className="mono">{event.summary}</div>
          </li>
        ))}
      </Stack>
    </section>
  );
}
