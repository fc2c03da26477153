// Incidents as a table; on a narrow screen each row becomes a card.
import { Anchor, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Incident } from "../lib/types";
import { useFormatter } from "../lib/use-formatter";
import { Dues, StepCell } from "./incident-facts";
import { IncidentStatusBadge, LevelBadge } from "./level-badge";
import { OtherOffice } from "./office-name";
import classes from "./cards.module.css";

export function IncidentList({ incidents, label }: { incidents: Incident[]; label: string }) {
  const { t } = useTranslation();
  return (
    <Table className={classes.table} aria-label={label} verticalSpacing="xs" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("incidents.nomor")}</Table.Th>
          <Table.Th>{t("incidents.judul")}</Table.Th>
          <Table.Th>{t("level.label")}</Table.Th>
          <Table.Th>{t("incidents.step")}</Table.Th>
          <Table.Th>{t("incidents.due")}</Table.Th>
          <Table.Th>{t("incidentStatus.label")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {incidents.map((incident) => (
          <IncidentRow key={incident.id} incident={incident} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function IncidentRow({ incident }: { incident: Incident }) {
  const format = useFormatter();
  return (
    <Table.Tr>
      <Table.Td className={classes.nowrap}>
        {incident.nomor}
        <Text size="xs" c="dimmed">
          {format.short(incident.opened_at)}
        </Text>
      </Table.Td>
      <Table.Td className="hostile">
        <Anchor component={Link} to="/insiden/$id" params={{ id: incident.id } as never} fw={600}>
          {incident.judul}
        </Anchor>
        <Text size="xs" c="dimmed">
          {incident.playbook_judul}
        </Text>
        <OtherOffice kantor={incident.kantor} />
      </Table.Td>
      <Table.Td>
        <LevelBadge level={incident.level} />
      </Table.Td>
      <Table.Td>
        <StepCell incident={incident} />
      </Table.Td>
      <Table.Td>
        <Dues incident={incident} />
      </Table.Td>
      <Table.Td>
        <IncidentStatusBadge incident={incident} />
      </Table.Td>
    </Table.Tr>
  );
}
