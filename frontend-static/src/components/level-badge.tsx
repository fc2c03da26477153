// Sigma's levels and the statuses, each as a badge with its word: colour never says it alone.
import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AlertStatus, Incident, Level } from "../lib/types";

export const LEVELS: readonly Level[] = ["critical", "high", "medium", "low", "informational"];
export const ALERT_STATUSES: readonly AlertStatus[] = [
  "new",
  "acknowledged",
  "escalated",
  "dismissed",
  "merged",
  "closed",
];

export function LevelBadge({ level }: { level: Level }) {
  const { t } = useTranslation();
  return (
    <Badge color={level} variant="filled" radius="xl">
      {t(`level.${level}`)}
    </Badge>
  );
}

export function AlertStatusBadge({ status }: { status: AlertStatus }) {
  const { t } = useTranslation();
  return <PlainBadge text={t(`alertStatus.${status}`)} strong={status === "new"} />;
}

export function IncidentStatusBadge({ incident }: { incident: Pick<Incident, "status" | "hasil"> }) {
  const { t } = useTranslation();
  const text = incident.hasil ? t(`hasil.${incident.hasil}`) : t(`incidentStatus.${incident.status}`);
  return incident.status === "open" ? <PlainBadge text={text} strong /> : <Badge color="done">{text}</Badge>;
}

function PlainBadge({ text, strong }: { text: string; strong: boolean }) {
  return (
    <Badge
      variant="outline"
      radius="sm"
      c="var(--mantine-color-text)"
      fw={strong ? 700 : 400}
      bd="1px solid var(--tg-idle)"
    >
      {text}
    </Badge>
  );
}
