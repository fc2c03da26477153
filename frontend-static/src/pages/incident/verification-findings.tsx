// Each finding: how often its rule fired before and since the repair, the lines, what was done, what was decided.
import { Badge, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { aboutText } from "../../components/alert-facts";
import { Empty } from "../../components/feedback";
import { LevelBadge } from "../../components/level-badge";
import type { Recurrence, Verification, VerifiedFinding } from "../../lib/types";
import { useFormatter, useLanguage } from "../../lib/use-formatter";

export function VerificationFindings({ data }: { data: Verification }) {
  const { t } = useTranslation();
  const again = data.hasil?.kemunculan ?? [];
  const elsewhere = again.filter(({ temuan }) => temuan.length === 0);
  return (
    <section aria-labelledby="verification-findings">
      <Title order={3} id="verification-findings" mb="xs">
        {t("verification.findings")}
      </Title>
      {data.temuan.length === 0 && <Empty>{t("verification.noFindings")}</Empty>}
      <Stack gap="sm">
        {data.temuan.map((one) => (
          <FindingCard key={one.temuan.id} finding={one} data={data} />
        ))}
        {elsewhere.length > 0 && (
          <Paper withBorder p="md">
            <Title order={4}>{t("verification.elsewhere")}</Title>
            <Text size="sm" c="dimmed" mb="xs">
              {t("verification.elsewhereHint")}
            </Text>
            <Stack gap="sm">
              {elsewhere.map((one) => (
                <div key={`${one.rule_id}.${pairText(one.entitas)}`}>
                  <Text fw={600} className="hostile">
                    {one.rule_title} · {pairText(one.entitas)}
                  </Text>
                  <Again again={one} />
                </div>
              ))}
            </Stack>
          </Paper>
        )}
      </Stack>
    </section>
  );
}

const pairText = (pairs: [string, string][]): string => pairs.map(([field, value]) => `${field} ${value}`).join(" · ");

function FindingCard({ finding, data }: { finding: VerifiedFinding; data: Verification }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const { temuan } = finding;
  const again = data.hasil?.kemunculan.find((one) => one.temuan.includes(temuan.id));
  const rule = data.hasil?.aturan.find(({ rule_id }) => rule_id === temuan.rule_id);
  return (
    <Paper withBorder p="md" component="article" aria-label={temuan.rule_title}>
      <Group gap="xs" mb="xs">
        <LevelBadge level={temuan.level} />
        <Text fw={600} className="hostile">
          {temuan.rule_title}
        </Text>
        <Badge variant="outline" radius="sm" c="var(--mantine-color-text)" bd="1px solid var(--tg-idle)">
          {finding.terbuka ? t("verification.isOpen") : t("verification.isSettled")}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed" className="hostile">
        {aboutText(temuan)}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="sm">
        <Side title={t("verification.before")}>
          <Text>{t("verification.events", { events: format.number(finding.jumlah_sebelum) })}</Text>
          {finding.terakhir_sebelum && (
            <Text size="sm" c="dimmed">
              {t("verification.lastSeen", { at: format.precise(finding.terakhir_sebelum) })}
            </Text>
          )}
        </Side>
        <Side title={t("verification.after")}>
          {!data.hasil && <Text c="dimmed">{t("verification.notRun")}</Text>}
          {data.hasil && rule?.dijalankan === false && <Text>{t("verification.ruleGone")}</Text>}
          {data.hasil && rule?.dijalankan !== false && !again && <Text>{t("verification.noneAgain")}</Text>}
          {again && <Again again={again} />}
          <Detected finding={finding} until={data.hasil?.diperiksa_sampai ?? null} />
        </Side>
        <Side title={t("verification.treatments")}>
          <Treatments finding={finding} />
        </Side>
        <Side title={t("verification.history")}>
          <History finding={finding} />
        </Side>
      </SimpleGrid>
    </Paper>
  );
}

function Side({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <Title order={4}>{title}</Title>
      {children}
    </div>
  );
}

function Again({ again }: { again: Recurrence }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <>
      <Text fw={600}>{t("verification.events", { events: format.number(again.jumlah) })}</Text>
      <Text size="sm" c="dimmed">
        {t("verification.span", { from: format.precise(again.pertama), to: format.precise(again.terakhir) })}
      </Text>
      <Stack component="ol" gap={4} className="plain-list" mt={4}>
        {again.contoh.map((line) => (
          <li key={line.id}>
            <Text size="xs" c="dimmed">
              <time dateTime={line.pada}>{format.precise(line.pada)}</time>
            </Text>
            <div className="mono">{line.baris}</div>
          </li>
        ))}
      </Stack>
    </>
  );
}

/** What the running detection has counted since the repair, where the re-run has not looked that far. */
function Detected({ finding, until }: { finding: VerifiedFinding; until: string | null }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const last = finding.terakhir_terdeteksi;
  if (last === null || (until !== null && new Date(last) <= new Date(until))) return null;
  return (
    <Text fw={600}>
      {t("verification.detected", { events: format.number(finding.jumlah_terdeteksi), at: format.precise(last) })}
    </Text>
  );
}

function Treatments({ finding }: { finding: VerifiedFinding }) {
  const { t } = useTranslation();
  const format = useFormatter();
  if (finding.tindakan.length === 0) return <Text c="dimmed">{t("verification.noTreatment")}</Text>;
  return (
    <Stack gap={6}>
      {finding.tindakan.map((one) => (
        <div key={`${one.langkah}.${one.pada}`} className="hostile">
          <Text style={{ whiteSpace: "pre-wrap" }}>{one.uraian}</Text>
          <Text size="xs" c="dimmed">
            {t("verification.told", {
              no: one.langkah,
              count: one.putaran,
              name: one.oleh,
              title: one.jabatan,
              at: format.moment(one.pada),
              interpolation: { escapeValue: false },
            })}
          </Text>
        </div>
      ))}
    </Stack>
  );
}

function History({ finding }: { finding: VerifiedFinding }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const isEnglish = useLanguage() === "en";
  if (finding.riwayat.length === 0) return <Text c="dimmed">{t("verification.noHistory")}</Text>;
  return (
    <Stack component="ol" gap={6} className="plain-list">
      {finding.riwayat.map((one) => (
        <li key={one.pada}>
          <Text>
            {t("verification.decided", {
              count: one.putaran,
              answer: (isEnglish && one.label_en) || one.label,
              state: one.terbuka ? t("verification.isOpen") : t("verification.isSettled"),
            })}
          </Text>
          <Text size="xs" c="dimmed" className="hostile">
            {format.moment(one.pada)} · {one.oleh}
            {one.muncul !== null && ` · ${t("verification.foundThen", { events: format.number(one.muncul) })}`}
          </Text>
        </li>
      ))}
    </Stack>
  );
}
