// Whether the trail is whole: the button that recomputes it, what it found, the checkpoints and the time stamps.
import { Alert, Button, Code, Collapse, Grid, Group, Paper, Stack, Table, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleX } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Fact } from "../../components/fact";
import { Read, RefusalAlert } from "../../components/feedback";
import { trailKey, useTrail, verifyTrail, type AuditReport, type Trail } from "../../lib/oversight-api";
import { useFormatter } from "../../lib/use-formatter";

export function StatePanel() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const verify = useMutation({
    mutationFn: verifyTrail,
    onSettled: () => void client.invalidateQueries({ queryKey: trailKey }),
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={t("audit.state")}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <div style={{ flex: "1 1 260px" }}>
            <Title order={2} size="h3">
              {t("audit.state")}
            </Title>
            <Text size="sm" c="dimmed">
              {t("audit.stateHint")}
            </Text>
          </div>
          <Button onClick={() => verify.mutate()} loading={verify.isPending}>
            {t("audit.verify")}
          </Button>
        </Group>
        {verify.error && <RefusalAlert error={verify.error} />}
        {verify.data && <Verdict report={verify.data} />}
        <Read query={useTrail()}>{(trail) => <TrailFacts trail={trail} />}</Read>
      </Stack>
    </Paper>
  );
}

function Verdict({ report }: { report: AuditReport }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const counts = {
    entries: format.number(report.entries),
    checkpoints: format.number(report.checkpoints),
    stamps: format.number(report.stamps),
    seconds: format.number(report.seconds),
  };
  const first = report.first_broken === null ? "" : t("audit.firstBroken", { seq: format.number(report.first_broken) });
  return (
    <Alert
      role={report.ok ? "status" : "alert"}
      color={report.ok ? "done" : "red"}
      variant="outline"
      icon={report.ok ? <CircleCheck aria-hidden /> : <CircleX aria-hidden />}
      title={report.ok ? t("audit.whole") : t("audit.broken")}
      c="var(--mantine-color-text)"
    >
      {report.ok ? (
        <Text>{t(report.signed ? "audit.wholeSigned" : "audit.wholeUnsigned", counts)}</Text>
      ) : (
        <>
          {first && <Text fw={700}>{first}</Text>}
          {report.reason && <Text className="hostile">{t("audit.reason", { alasan: report.reason })}</Text>}
          <Text size="sm">{t("audit.brokenHint")}</Text>
        </>
      )}
    </Alert>
  );
}

function TrailFacts({ trail }: { trail: Trail }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const [isOpen, more] = useDisclosure(false);
  const id = useId();
  const [last] = trail.checkpoints;
  return (
    <>
      {trail.masalah && (
        <Alert color="red" role="alert" variant="outline" title={t("audit.trouble")} c="var(--mantine-color-text)">
          {trail.masalah}
        </Alert>
      )}
      <Grid>
        <Fact label={t("audit.count")}>{format.number(trail.entries)}</Fact>
        <Fact label={t("audit.lastCheckpoint")}>
          {last ? t("audit.upTo", { seq: format.number(last.seq), waktu: format.moment(last.at) }) : t("audit.none")}
        </Fact>
        <Fact label={t("audit.checkpoints")}>{format.number(trail.jumlah_titik_periksa)}</Fact>
        <Fact label={t("audit.stamps")}>
          {trail.jumlah_cap_waktu > 0 ? format.number(trail.jumlah_cap_waktu) : t("audit.noStamps")}
        </Fact>
      </Grid>
      <div>
        <Button variant="default" size="xs" onClick={more.toggle} aria-expanded={isOpen} aria-controls={id}>
          {t(isOpen ? "audit.less" : "audit.more")}
        </Button>
      </div>
      <Collapse expanded={isOpen} id={id}>
        <Stack gap="md">
          <NotedTable title={t("audit.checkpointsLast")} hint={t("audit.checkpointsHint")} rows={trail.checkpoints} />
          {trail.cap_waktu.length > 0 && (
            <NotedTable title={t("audit.stampsLast")} hint={t("audit.stampsHint")} rows={trail.cap_waktu} />
          )}
          {trail.kunci_publik && (
            <div>
              <Text fw={600}>{t("audit.publicKey")}</Text>
              <Text size="sm" c="dimmed">
                {t("audit.publicKeyHint")}
              </Text>
              <Code block className="mono" tabIndex={0}>
                {trail.kunci_publik}
              </Code>
            </div>
          )}
        </Stack>
      </Collapse>
    </>
  );
}

interface Noted {
  seq: number;
  at: string;
  hash: string;
}

function NotedTable({ title, hint, rows }: { title: string; hint: string; rows: Noted[] }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <div>
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed">
        {hint}
      </Text>
      {rows.length === 0 ? (
        <Text>{t("audit.none")}</Text>
      ) : (
        <div className="scroll-x" role="region" tabIndex={0} aria-label={title}>
          <Table miw={560}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("audit.seq")}</Table.Th>
                <Table.Th>{t("audit.at")}</Table.Th>
                <Table.Th>{t("audit.hash")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((one) => (
                <Table.Tr key={`${one.seq}.${one.at}`}>
                  <Table.Td>{format.number(one.seq)}</Table.Td>
                  <Table.Td>{format.moment(one.at)}</Table.Td>
                  <Table.Td className="mono">{one.hash}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </div>
  );
}
