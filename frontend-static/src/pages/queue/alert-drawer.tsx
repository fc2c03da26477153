// A detection beside the queue, with the decision on it.
import { Button, Group, Stack, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FlyOut } from "../../components/dialog";
import { Read } from "../../components/feedback";
import { AlertStatusBadge, LevelBadge } from "../../components/level-badge";
import { useAlert } from "../../lib/queries";
import type { AlertDetail } from "../../lib/types";
import { AlertDetails } from "./alert-details";
import { DismissDialog } from "./dismiss-dialog";
import { useTriage } from "./use-triage";

export function AlertDrawer({ alertId, onClose }: { alertId: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <FlyOut opened={alertId !== undefined} onClose={onClose} title={t("queue.finding")}>
      <Read query={useAlert(alertId)}>{(alert) => <Detail alert={alert} />}</Read>
    </FlyOut>
  );
}

function Detail({ alert }: { alert: AlertDetail }) {
  return (
    <Stack className="hostile">
      <div>
        <Group gap="xs" mb={6}>
          <LevelBadge level={alert.level} />
          <AlertStatusBadge status={alert.status} />
        </Group>
        <Title order={3}>{alert.rule_title}</Title>
      </div>
      <Actions alert={alert} />
      <AlertDetails alert={alert} />
    </Stack>
  );
}

function Actions({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation();
  const triage = useTriage();
  const [isDismissing, dismissing] = useDisclosure(false);
  const isOpen = alert.status === "new" || alert.status === "acknowledged";
  return (
    <Group gap="xs">
      {alert.incident_id && (
        <Button size="xs" component={Link} to={`/insiden/${encodeURIComponent(alert.incident_id)}`}>
          {t("queue.openIncident", { nomor: alert.incident_nomor ?? "" })}
        </Button>
      )}
      {isOpen && !alert.incident_id && (
        <Button
          size="xs"
          loading={triage.isPending}
          onClick={() => triage.mutate({ kind: "escalated", ids: [alert.id] })}
        >
          {t("queue.escalate")}
        </Button>
      )}
      {alert.status === "new" && (
        <Button
          size="xs"
          variant="default"
          loading={triage.isPending}
          onClick={() => triage.mutate({ kind: "acknowledged", ids: [alert.id] })}
        >
          {t("queue.acknowledge")}
        </Button>
      )}
      {isOpen && (
        <Button size="xs" variant="default" onClick={dismissing.open}>
          {t("queue.dismiss")}
        </Button>
      )}
      <DismissDialog
        opened={isDismissing}
        onClose={dismissing.close}
        onConfirm={(alasan) => {
          dismissing.close();
          triage.mutate({ kind: "dismissed", ids: [alert.id], alasan });
        }}
      />
    </Group>
  );
}
