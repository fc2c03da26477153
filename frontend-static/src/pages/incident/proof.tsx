// What was handed in with an act that was recorded for somebody outside the office.
import { Anchor, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { evidenceUrl } from "../../lib/api";
import { useEvidence } from "../../lib/queries";
import type { HistoryEntry } from "../../lib/types";

export function Proof({ incidentId, act }: { incidentId: string; act: HistoryEntry }) {
  const { t } = useTranslation();
  const { data } = useEvidence(incidentId);
  const files = (data?.items ?? []).filter((one) => one.step_no === act.no && one.putaran === act.putaran);
  return files.map((one) => (
    <Text key={one.id} size="sm">
      <Text component="span" size="sm" c="dimmed">
        {t("history.proof")}:{" "}
      </Text>
      {one.hanya_terkunci ? (
        one.name
      ) : (
        <Anchor href={evidenceUrl(one.incident_id, one.id)} download size="sm">
          {one.name}
        </Anchor>
      )}
    </Text>
  ));
}
