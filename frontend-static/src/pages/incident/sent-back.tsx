// Why work came back to this step: who found it not done, and the reason, before whoever does it again.
import { Alert, Text } from "@mantine/core";
import { Undo2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { AllowedStep, IncidentDetail } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";

export function SentBack({ incident, step }: { incident: IncidentDetail; step: AllowedStep }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const round = incident.biaya_putaran.find(({ ke, putaran }) => ke === step.no && putaran === step.putaran);
  const act = round && incident.riwayat.find(({ no, pada }) => no === round.dari && pada === round.sejak);
  if (!act?.pada || !act.alasan) return null;
  return (
    <Alert
      color="yellow"
      variant="outline"
      c="var(--mantine-color-text)"
      icon={<Undo2 aria-hidden />}
      title={t("form.sentBack", { no: act.no, count: step.putaran })}
      role="note"
    >
      <Text className="hostile" style={{ whiteSpace: "pre-wrap" }}>
        {act.alasan}
      </Text>
      <Text size="xs" c="dimmed" className="hostile">
        {act.oleh}, {act.jabatan} · {format.moment(act.pada)}
      </Text>
    </Alert>
  );
}
