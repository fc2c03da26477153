// The detections that belong to the incident.
import { Anchor, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { aboutText } from "../../components/alert-facts";
import { Empty } from "../../components/feedback";
import { LevelBadge } from "../../components/level-badge";
import classes from "../../components/cards.module.css";
import type { Alert } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";

export function FindingsTab({ findings }: { findings: Alert[] }) {
  const { t } = useTranslation();
  if (findings.length === 0) return <Empty>{t("findings.empty")}</Empty>;
  return (
    <Table className={classes.table} aria-label={t("incident.tab.temuan")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("level.label")}</Table.Th>
          <Table.Th>{t("queue.finding")}</Table.Th>
          <Table.Th>{t("queue.count")}</Table.Th>
          <Table.Th>{t("queue.lastSeen")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {findings.map((finding) => (
          <FindingRow key={finding.id} finding={finding} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function FindingRow({ finding }: { finding: Alert }) {
  const format = useFormatter();
  return (
    <Table.Tr>
      <Table.Td>
        <LevelBadge level={finding.level} />
      </Table.Td>
      <Table.Td className="hostile">
        <Anchor component={Link} to={`/antrean?temuan=${encodeURIComponent(finding.id)}`}>
          {finding.rule_title}
        </Anchor>
        <Text size="xs" c="dimmed">
          {aboutText(finding)}
        </Text>
      </Table.Td>
      <Table.Td>{format.number(finding.event_count)}</Table.Td>
      <Table.Td>{format.moment(finding.last_seen)}</Table.Td>
    </Table.Tr>
  );
}
