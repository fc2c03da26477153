// A detection in full: what to look at, the events that made it, and the decision on it.
import { Anchor, Button, Group, List, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { FlyOut } from "../../components/dialog";
import { Read } from "../../components/feedback";
import { AlertStatusBadge, LevelBadge } from "../../components/level-badge";
import { useAlert } from "../../lib/queries";
import { queryOfGroup } from "../../lib/event-query";
import type { AlertDetail } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import { DismissDialog } from "./dismiss-dialog";
import { useTriage } from "./use-triage";

export function AlertDrawer({ alertId, onClose }: { alertId: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <FlyOut opened={alertId !== undefined} onClose={onClose} title={t("queue.finding")}>
      <Read query={useAlert(alertId)}>{(alert) => <Detail alert={alert} />}</Read>
    </FlyOut>
  );
}

function Detail({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation();
  return (
    <Stack className="hostile">
      <div>
        <Group gap="xs" mb={6}>
          <LevelBadge level={alert.level} />
          <AlertStatusBadge status={alert.status} />
        </Group>
        <Title order={3}>{alert.rule_title}</Title>
      </div>
      <Actions alert={alert} />
      <Lines title={t("queue.lookAt")} lines={alert.look_at} />
      <Facts alert={alert} />
      <Lines title={t("queue.falsePositives")} lines={alert.false_positives} />
      <Events alert={alert} />
    </Stack>
  );
}

function Actions({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation();
  const triage = useTriage();
  const [isDismissing, dismissing] = useDisclosure(false);
  const isOpen = alert.status === "new" || alert.status === "acknowledged";
  return (
    <Group gap="xs">
      {alert.incident_id && (
        <Button size="xs" component={Link} to={`/insiden/${encodeURIComponent(alert.incident_id)}`}>
          {t("queue.openIncident", { nomor: alert.incident_nomor ?? "" })}
        </Button>
      )}
      {isOpen && !alert.incident_id && (
        <Button size="xs" loading={triage.isPending} onClick={() => triage.mutate({ kind: "escalated", ids: [alert.id] })}>
          {t("queue.escalate")}
        </Button>
      )}
      {alert.status === "new" && (
        <Button size="xs" variant="default" loading={triage.isPending} onClick={() => triage.mutate({ kind: "acknowledged", ids: [alert.id] })}>
          {t("queue.acknowledge")}
        </Button>
      )}
      {isOpen && (
        <Button size="xs" variant="default" onClick={dismissing.open}>
          {t("queue.dismiss")}
        </Button>
      )}
      <DismissDialog
        opened={isDismissing}
        onClose={dismissing.close}
        onConfirm={(alasan) => {
          dismissing.close();
          triage.mutate({ kind: "dismissed", ids: [alert.id], alasan });
        }}
      />
    </Group>
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
    ...(alert.reason ? [[t("queue.reason"), alert.reason] satisfies [string, ReactNode]] : []),
  ];
  return (
    <section>
      <Title order={4} mb={4}>
        {t("queue.facts")}
      </Title>
      <dl style={{ display: "grid", gridTemplateColumns: "minmax(90px, auto) 1fr", gap: "2px 14px", margin: 0 }}>
        {facts.map(([name, value]) => (
          <FactRow key={name} name={name} value={value} />
        ))}
      </dl>
    </section>
  );
}

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
