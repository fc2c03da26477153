// Who may carry out the active step today and in whose place; and why the reader, who did the work, does not verify it.
import { Alert, Paper, Text, Title } from "@mantine/core";
import { UserX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useHolders, type Holder, type StepHolders } from "../../lib/people";
import { letterText, titleOf } from "../../lib/signature";
import type { IncidentDetail } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";

/** In the place of the form that is not offered. */
export function OwnWork({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  return incident.terhalang.map((one) => (
    <Alert
      key={one.no}
      role="note"
      variant="outline"
      c="var(--mantine-color-text)"
      icon={<UserX aria-hidden />}
      title={t("people.barredTitle", { no: one.no })}
    >
      {t("people.barred", { no: one.no, putaran: one.putaran, langkah: one.done.join(", ") })}
    </Alert>
  ));
}

export function HoldersPanel({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const items = useHolders(incident.id).data?.items ?? [];
  if (incident.status !== "open" || items.length === 0) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label={t("people.holders")}>
      <Title order={2} size="h5" mb={4}>
        {t("people.holders")}
      </Title>
      {items.map((one) => (
        <OneStep key={one.no} step={one} />
      ))}
    </Paper>
  );
}

function OneStep({ step }: { step: StepHolders }) {
  const { t } = useTranslation();
  const isVacant = step.orang.every(({ terhalang }) => terhalang);
  return (
    <div className="hostile">
      <Text size="sm" c="dimmed">
        {t("sop.step", { no: step.no })}
      </Text>
      {step.orang.length > 0 && (
        <ul className="plain-list">
          {step.orang.map((one, index) => (
            <li key={`${one.nama}.${index}`}>
              <Person holder={one} />
            </li>
          ))}
        </ul>
      )}
      {isVacant && (
        <Alert color="yellow" variant="outline" c="var(--mantine-color-text)" mt="xs">
          {t("people.vacant", { no: step.no })}
        </Alert>
      )}
    </div>
  );
}

function Person({ holder }: { holder: Holder }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const grounds = [
    holder.mandat && letterText(t, format, holder.mandat),
    holder.terhalang && t("people.barredShort"),
  ].filter(Boolean);
  return (
    <Text size="sm">
      {holder.nama}, {titleOf(holder.jabatan, holder.mandat)}
      {grounds.length > 0 && (
        <Text component="span" size="xs" c="dimmed">
          {" "}
          · {grounds.join(" · ")}
        </Text>
      )}
    </Text>
  );
}
