// The disposisi of an incident, drawn from the top down: each lembar, who has read it, and whom it was passed on to.
import { Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { useDispositions } from "../../lib/queries";
import type { Disposition, Dispositions, IncidentDetail } from "../../lib/types";
import { Consultations } from "./consultations";
import classes from "./disposition.module.css";
import { DispositionSheet } from "./disposition-sheet";

export function DispositionTab({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <section aria-label={t("disposition.chain")}>
        <Title order={2} mb="sm">
          {t("disposition.chain")}
        </Title>
        <Read query={useDispositions(incident.id)}>
          {(data) =>
            data.items.length === 0 ? (
              <Empty>{t("disposition.empty")}</Empty>
            ) : (
              <Branch incident={incident} data={data} under={null} />
            )
          }
        </Read>
      </section>
      {incident.konsultasi.length > 0 && (
        <section aria-label={t("consultation.title")}>
          <Title order={2} mb="sm">
            {t("consultation.title")}
          </Title>
          <Consultations items={incident.konsultasi} />
        </section>
      )}
    </Stack>
  );
}

interface BranchProps {
  incident: IncidentDetail;
  data: Dispositions;
  /** The lembar whose followers are drawn; null: those that follow none. */
  under: Disposition | null;
}

function Branch({ incident, data, under }: BranchProps) {
  const items = data.items.filter(({ dari }) => dari === (under?.id ?? null));
  if (items.length === 0) return null;
  return (
    <ol className={`plain-list ${under ? classes.branch : ""}`}>
      {items.map((item) => (
        <li key={item.id} className={classes.item}>
          <DispositionSheet incident={incident} item={item} data={data} />
          <Branch incident={incident} data={data} under={item} />
        </li>
      ))}
    </ol>
  );
}
