// What the verifying step needs, there or not; and what else is open about the same hosts.
import { Anchor, Badge, Group, Stack, Table, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { aboutText } from "../../components/alert-facts";
import { LevelBadge } from "../../components/level-badge";
import { evidenceUrl } from "../../lib/api";
import type { Alert, VerifiedRequirement } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";

export function OpenAlerts({ alerts }: { alerts: Alert[] }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <section aria-labelledby="verification-open">
      <Title order={3} id="verification-open" mb="xs">
        {t("verification.openAlerts")}
      </Title>
      {alerts.length === 0 && <Text c="dimmed">{t("verification.noOpenAlerts")}</Text>}
      <Stack component="ul" gap={6} className="plain-list">
        {alerts.map((one) => (
          <li key={one.id}>
            <Group gap="xs">
              <LevelBadge level={one.level} />
              <Anchor component={Link} to={`/antrean?temuan=${encodeURIComponent(one.id)}`} className="hostile">
                {one.rule_title}
              </Anchor>
              <Text size="sm" c="dimmed" className="hostile">
                {aboutText(one)} · {t("verification.lastSeen", { at: format.moment(one.last_seen) })}
                {one.incident_nomor && ` · ${one.incident_nomor}`}
              </Text>
            </Group>
          </li>
        ))}
      </Stack>
    </section>
  );
}

export function VerificationRequirements({ items }: { items: VerifiedRequirement[] }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="verification-requirements">
      <Title order={3} id="verification-requirements" mb="xs">
        {t("verification.requirements")}
      </Title>
      <Table aria-labelledby="verification-requirements">
        <Table.Tbody>
          {items.map((one) => (
            <Table.Tr key={one.nama}>
              <Table.Th scope="row" className="hostile">
                {one.nama}
              </Table.Th>
              <Table.Td>
                <Badge variant="outline" radius="sm" c="var(--mantine-color-text)" bd="1px solid var(--tg-idle)">
                  {t(`verification.state.${one.keadaan}` as "verification.state.ada")}
                </Badge>
              </Table.Td>
              <Table.Td className="hostile">
                {one.bukti.map((file) => (
                  <div key={file.id}>
                    <Anchor href={evidenceUrl(file.incident_id, file.id)} download>
                      {file.nama}
                    </Anchor>
                  </div>
                ))}
                {one.bukti.length === 0 && (one.oleh ?? "–")}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
