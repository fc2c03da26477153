// Findings of a capture: alerts of rules and detectors, and files that YARA rules match.
import { Stack, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Read } from "../../components/feedback";
import { LevelBadge } from "../../components/level-badge";
import { Panel } from "../../components/panel";
import { Rows } from "../../components/rows";
import { useCaptureAlerts, type CaptureOf } from "../../lib/capture-api";
import { useFormatter } from "../../lib/use-formatter";
import { RowsTab } from "./rows-tab";

export function AlertsTab({ of, events }: { of: CaptureOf; events: number }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const heads = [t("capture.level"), t("capture.rule"), t("capture.about"), t("capture.times"), t("capture.last")];
  return (
    <Stack>
      <Panel title={t("capture.alerts")}>
        <Read query={useCaptureAlerts(of, events)}>
          {({ items, lengkap }) => (
            <>
              {items.length === 0 && <Text size="sm">{t("capture.noAlerts")}</Text>}
              {items.length > 0 && (
                <Rows heads={heads} minWidth={640}>
                  {items.map((one) => (
                    <Table.Tr key={one.id}>
                      <Table.Td>
                        <LevelBadge level={one.level} />
                      </Table.Td>
                      <Table.Td className="hostile">
                        <Link to="/antrean" search={{ temuan: one.id }}>
                          {one.rule_title}
                        </Link>
                      </Table.Td>
                      <Table.Td className="hostile">{Object.values(one.group).join(", ")}</Table.Td>
                      <Table.Td>{format.number(one.count)}</Table.Td>
                      <Table.Td>{format.precise(one.last_seen)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Rows>
              )}
              {!lengkap && <Text size="sm">{t("capture.alertsCut")}</Text>}
            </>
          )}
        </Read>
      </Panel>
      <Panel title={t("capture.yara")}>
        <RowsTab of={of} table="findings" address={undefined} onAddress={() => undefined} />
      </Panel>
    </Stack>
  );
}
