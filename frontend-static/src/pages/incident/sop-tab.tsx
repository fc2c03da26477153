// The SOP panel: what the reader may do now, the live swimlane, and what the incident is about.
import { Grid, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Fact } from "../../components/fact";
import { Read } from "../../components/feedback";
import { Swimlane } from "../../components/swimlane/swimlane";
import { useFollowedSop } from "../../lib/queries";
import type { IncidentDetail } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import { HoldersPanel, OwnWork } from "./holders-panel";
import { FollowedVersion } from "./followed-version";
import { IntakePanel } from "./intake-panel";
import { LegalPanel } from "./legal-panel";
import { NoteForm } from "./note-form";
import { StepForm } from "./step-form";
import { StepHistory } from "./step-history";
import { TimePanel } from "./time-panel";

export function SopTab({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const sop = useFollowedSop(incident.id);
  return (
    <Stack>
      {incident.boleh_saya.map((step) => (
        // A step that comes back is a new form: what was written for the last putaran is not sent again.
        <div key={`${step.no}.${step.putaran}`}>
          <StepForm
            incident={incident}
            step={step}
            uraian={sop.data?.langkah.find(({ no }) => no === step.no)?.uraian ?? ""}
          />
          <NoteForm incidentId={incident.id} step={step} />
        </div>
      ))}
      <OwnWork incident={incident} />
      {incident.boleh_saya.length + incident.terhalang.length === 0 && incident.status === "open" && (
        <Text c="dimmed">{t("form.notMine")}</Text>
      )}
      <HoldersPanel incident={incident} />
      <Read query={sop}>
        {(data) => (
          <>
            <FollowedVersion sop={data} />
            <Swimlane sop={data} run={incident} />
          </>
        )}
      </Read>
      <TimePanel incident={incident} />
      <LegalPanel incident={incident} />
      <StepHistory incident={incident} />
      <Facts incident={incident} />
      <IntakePanel incident={incident} />
    </Stack>
  );
}

function Facts({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <Paper withBorder p="md" component="section">
      <Grid gap="sm">
        <Fact label={t("incident.reporter")}>{incident.pelapor}</Fact>
        <Fact label={t("incident.opened")}>{format.moment(incident.opened_at)}</Fact>
        {incident.closed_at && <Fact label={t("incident.closed")}>{format.moment(incident.closed_at)}</Fact>}
        <Fact label={t("incident.hosts")}>{incident.hosts.join(", ") || "–"}</Fact>
        <Grid.Col span={12}>
          <Text size="xs" c="dimmed">
            {t("incident.description")}
          </Text>
          <Text className="hostile" style={{ whiteSpace: "pre-wrap" }}>
            {incident.uraian || "–"}
          </Text>
        </Grid.Col>
      </Grid>
    </Paper>
  );
}
