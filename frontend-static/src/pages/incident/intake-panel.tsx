// How the report came in, with what the office may correct while the incident is open: the intake and the tingkat.
import { Badge, Button, Grid, Group, Paper, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Read } from "../../components/feedback";
import { Fact } from "../../components/fact";
import { DAYS, TEXTS, TIMES } from "../../lib/intake";
import { useIntake } from "../../lib/queries";
import type { IncidentDetail, IntakeShown, Level } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import { IntakeDialog } from "./intake-dialog";
import { LevelDialog } from "./level-dialog";

export function IntakePanel({ incident }: { incident: IncidentDetail }) {
  return (
    <Read query={useIntake(incident.id)}>{(intake) => <Panel key={incident.id} {...{ incident, intake }} />}</Read>
  );
}

function Panel({ incident, intake }: { incident: IncidentDetail; intake: IntakeShown }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<"intake" | "level" | null>(null);
  return (
    <Paper withBorder p="md" component="section" aria-label={t("intake.title")}>
      <Group justify="space-between" mb="sm">
        <Title order={2}>{t("intake.title")}</Title>
        {intake.dapat_diubah && (
          <Group gap="xs">
            <Button variant="default" size="xs" onClick={() => setEditing("level")}>
              {t("intake.setLevel")}
            </Button>
            <Button variant="default" size="xs" onClick={() => setEditing("intake")}>
              {t("intake.edit")}
            </Button>
          </Group>
        )}
      </Group>
      {intake.tingkat_usulan && <ProposedLevel level={intake.tingkat_usulan} />}
      <IntakeFacts intake={intake} />
      <IntakeDialog
        opened={editing === "intake"}
        incidentId={incident.id}
        intake={intake}
        onClose={() => setEditing(null)}
      />
      <LevelDialog opened={editing === "level"} incident={incident} onClose={() => setEditing(null)} />
    </Paper>
  );
}

function ProposedLevel({ level }: { level: Level }) {
  const { t } = useTranslation();
  return (
    <Text size="sm" mb="sm">
      <Badge variant="outline" color="gray" mr={6}>
        {t("intake.proposed")}
      </Badge>
      {t("intake.proposedText", { level: t(`level.${level}`) })}
    </Text>
  );
}

function IntakeFacts({ intake }: { intake: IntakeShown }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const times = TIMES.flatMap((name) => (intake[name] ? [[name, format.moment(intake[name])] as const] : []));
  const days = DAYS.flatMap((name) => (intake[name] ? [[name, format.day(intake[name])] as const] : []));
  const texts = TEXTS.flatMap((name) => (intake[name] ? [[name, intake[name]] as const] : []));
  if (!intake.kanal && times.length + days.length + texts.length === 0) {
    return (
      <Text c="dimmed" size="sm">
        {t("intake.nothing")}
      </Text>
    );
  }
  return (
    <Grid gap="sm">
      <Fact label={t("intake.kanal")}>{intake.kanal ? t(`intake.channel.${intake.kanal}`) : "–"}</Fact>
      {[...texts, ...days, ...times].map(([name, value]) => (
        <Fact key={name} label={t(`intake.${name}`)}>
          {value}
        </Fact>
      ))}
    </Grid>
  );
}
