// What lists say about an incident: its active step, whom it waits for, its deadline.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Incident } from "../lib/types";
import { useLanguage } from "../lib/use-formatter";
import { DueText } from "./due-text";

/** "langkah 7 dari 12 · putaran ke-2" */
export function StepSummary({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  if (incident.langkah_aktif.length === 0) return <>{t("incident.finished")}</>;
  const parts = incident.langkah_aktif.map((no) => {
    const rounds = incident.putaran[String(no)] ?? 1;
    const step = t("incident.stepOf", { no, total: incident.langkah_jumlah });
    return rounds > 1 ? `${step} · ${t("incident.round", { count: rounds })}` : step;
  });
  return <>{parts.join("; ")}</>;
}

export function WaitingFor({ incident }: { incident: Incident }) {
  const isEnglish = useLanguage() === "en";
  return <>{incident.menunggu.map((one) => (isEnglish && one.kalimat_en) || one.kalimat).join("; ")}</>;
}

export function StepCell({ incident }: { incident: Incident }) {
  return (
    <>
      <StepSummary incident={incident} />
      <Text size="xs" c="dimmed" component="div">
        <WaitingFor incident={incident} />
      </Text>
    </>
  );
}

export function Dues({ incident }: { incident: Incident }) {
  return incident.tenggat.map((due) => <DueText key={due.no} due={due} />);
}
