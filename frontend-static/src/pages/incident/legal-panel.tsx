// Notifications that a law asks for: a person rates the incident so, a person records what was sent. Nothing sends itself.
import { Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLegalClocks, type LegalClock } from "../../lib/time-api";
import type { IncidentDetail } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import { DraftDialog, RateDialog, SentDialog } from "./legal-dialogs";

type Doing = { what: "rate" } | { what: "sent" | "draft"; clock: LegalClock } | null;

export function LegalPanel({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<Doing>(null);
  const { data } = useLegalClocks(incident.id);
  // Whoever reads without a say, and finds nothing, is not told of what nobody has asked for.
  if (data === undefined || (data.items.length === 0 && !data.boleh)) return null;
  const close = () => setDoing(null);
  return (
    <Paper withBorder p="md" component="section" aria-label={t("legal.title")}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2}>{t("legal.title")}</Title>
          {data.boleh && data.items.length < 2 && (
            <Button size="xs" variant="default" onClick={() => setDoing({ what: "rate" })}>
              {t("legal.rate")}
            </Button>
          )}
        </Group>
        {data.items.length === 0 && (
          <Text size="sm" c="dimmed">
            {t("legal.none")}
          </Text>
        )}
        {data.items.map((clock) => (
          <Clock key={clock.id} clock={clock} mayRecord={data.boleh} onDo={(what) => setDoing({ what, clock })} />
        ))}
      </Stack>
      {doing?.what === "rate" && (
        <RateDialog incident={incident} taken={data.items.map(({ kind }) => kind)} onClose={close} />
      )}
      {doing?.what === "sent" && <SentDialog incident={incident} clock={doing.clock} onClose={close} />}
      {doing?.what === "draft" && <DraftDialog incident={incident} clock={doing.clock} onClose={close} />}
    </Paper>
  );
}

interface ClockProps {
  clock: LegalClock;
  mayRecord: boolean;
  onDo: (what: "sent" | "draft") => void;
}

function Clock({ clock, mayRecord, onDo }: ClockProps) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <Group justify="space-between" align="flex-start" gap="sm">
      <div className="hostile" style={{ minWidth: 0, flex: "1 1 260px" }}>
        <Text fw={600}>{clock.label}</Text>
        <LimitOf clock={clock} />
        <Text size="xs" c="dimmed">
          {t("legal.ratedBy", { nama: clock.rated_by, moment: format.moment(clock.rated_at) })} – {clock.reason}
        </Text>
        {clock.sent && (
          <Text size="sm">
            {t("legal.sentBy", { nama: clock.sent.by, moment: format.moment(clock.sent.at) })} – {clock.sent.how}
          </Text>
        )}
      </div>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => onDo("draft")}>
          {t("legal.draft")}
        </Button>
        {mayRecord && !clock.sent && (
          <Button size="xs" onClick={() => onDo("sent")}>
            {t("legal.recordSent")}
          </Button>
        )}
      </Group>
    </Group>
  );
}

function LimitOf({ clock }: { clock: LegalClock }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const until = t("due.until", { moment: format.moment(clock.due) });
  if (clock.sent) {
    return (
      <Badge variant="outline" color={clock.sent.terlambat ? "red" : "teal"} c="var(--mantine-color-text)">
        {t(clock.sent.terlambat ? "legal.sentLate" : "legal.sentInTime")}
      </Badge>
    );
  }
  const span = hoursText(t, clock.sisa_menit ?? 0);
  return (
    <Text size="sm" fw={700} {...(clock.terlambat ? { c: "var(--mantine-color-error)" } : {})}>
      {t(clock.terlambat ? "legal.late" : "due.left", { span })} · {until}
    </Text>
  );
}

/** Hours of the calendar, never gathered into working days. */
function hoursText(t: TFunction, minutes: number): string {
  const total = Math.abs(minutes);
  return t("legal.span", { hours: Math.floor(total / 60), minutes: total % 60 });
}
