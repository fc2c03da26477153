// Riwayat penguasaan bukti: who received, viewed, took, exported, attached or handed over a file, with the time.
import { Anchor, Button, Group, Stack, Text, Timeline } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { FlyOut } from "../../components/dialog";
import { Read } from "../../components/feedback";
import { sampleUrl, useCustody, type CustodyLine } from "../../lib/oversight-api";
import { useMe } from "../../lib/queries";
import type { EvidenceItem } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import { HandOverForm } from "./hand-over-form";

interface Props {
  item: EvidenceItem | undefined;
  canHandOver: boolean;
  onClose: () => void;
}

export function CustodyFlyOut({ item, canHandOver, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <FlyOut opened={item !== undefined} onClose={onClose} title={t("evidence.historyTitle")}>
      {item && <History item={item} canHandOver={canHandOver} />}
    </FlyOut>
  );
}

function History({ item, canHandOver }: { item: EvidenceItem; canHandOver: boolean }) {
  const { t } = useTranslation();
  const [isHandingOver, handOver] = useDisclosure(false);
  const isAdmin = useMe().data?.is_admin ?? true;
  return (
    <Stack gap="md">
      <div>
        <Text fw={600} className="hostile">
          {item.name}
        </Text>
        <Text className="mono">{item.sha256}</Text>
        <Text size="sm" c="dimmed">
          {t("evidence.historyHint")}
        </Text>
      </div>
      <Read query={useCustody(item.incident_id, item.id)}>
        {({ items, sandi }) => (
          <>
            <Timeline bulletSize={14} lineWidth={2}>
              {items.map((line) => (
                <Timeline.Item key={line.id} title={t(`evidence.act.${line.tindakan}`)}>
                  <Line line={line} />
                </Timeline.Item>
              ))}
            </Timeline>
            <Group gap="sm">
              <Anchor href={sampleUrl(item.incident_id, item.id)} download>
                {t("evidence.sample")}
              </Anchor>
              <Text size="sm">{t("evidence.password", { sandi })}</Text>
            </Group>
          </>
        )}
      </Read>
      {canHandOver && !isAdmin && !isHandingOver && (
        <div>
          <Button variant="default" onClick={handOver.open}>
            {t("evidence.handOver")}
          </Button>
        </div>
      )}
      {isHandingOver && <HandOverForm item={item} onDone={handOver.close} />}
    </Stack>
  );
}

function Line({ line }: { line: CustodyLine }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const facts = Object.entries(line.keterangan);
  return (
    <div className="hostile">
      <Text size="sm">
        <time dateTime={line.waktu}>{format.precise(line.waktu)}</time>{" "}
        {t("evidence.by2", { nama: line.oleh, cara: t(`evidence.way.${line.cara}`) })}
      </Text>
      {facts.map(([name, value]) => (
        <Text key={name} size="sm">
          {t(`evidence.fact.${name}` as "evidence.fact.kepada", { defaultValue: name })}:{" "}
          {name === "waktu" ? format.moment(value) : value}
        </Text>
      ))}
      <Text size="xs" c="dimmed">
        {[
          line.terverifikasi && t("evidence.checked"),
          line.entri_audit !== null && t("evidence.auditEntry", { seq: format.number(line.entri_audit) }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </Text>
    </div>
  );
}
