// What came of lines that were tried with a parser: how many it reads, which other formats read them, and each record.
import { Alert, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ParserTrial } from "../lib/parsers-api";
import { useFormatter } from "../lib/use-formatter";
import { TriedRecords } from "./tried-records";

export function TrialOutcome({ trial }: { trial: ParserTrial }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const read = trial.catatan.filter((one) => one.kejadian !== null).length;
  const others = trial.calon.filter((one) => one.format !== trial.format);
  if (trial.format === null) {
    return (
      <Alert role="status" color="orange" variant="outline" c="var(--mantine-color-text)">
        {t("data.tryUnknown")}
      </Alert>
    );
  }
  return (
    <>
      <Text role="status" size="sm" mb="xs">
        {t("data.tried", {
          format: trial.format,
          read: format.number(read),
          total: format.number(trial.catatan.length),
        })}
        {trial.terpotong && ` ${t("data.tryCut")}`}
      </Text>
      {others.length > 0 && (
        <Text size="sm" c="dimmed" mb="xs">
          {t("data.tryOthers", { formats: others.map((one) => one.format).join(", ") })}
        </Text>
      )}
      <TriedRecords records={trial.catatan} />
    </>
  );
}
