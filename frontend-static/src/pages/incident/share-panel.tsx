// Which other offices read the incident, who let them and why; given and taken back by whoever directs its handling.
import { Alert, Button, Group, Paper, Select, Text, Textarea, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Share2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sayDone } from "../../components/feedback";
import { FormDialog } from "../../components/form-dialog";
import { shareIncident, sharesKey, useShares, withdrawShare, type Shares } from "../../lib/people";
import { officesQuery } from "../../lib/time-api";
import { useFormatter } from "../../lib/use-formatter";

export function SharePanel({ incidentId }: { incidentId: string }) {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<"share" | { office: string; nama: string } | null>(null);
  const offices = useQuery(officesQuery).data?.items ?? [];
  const { data } = useShares(incidentId);
  if (data === undefined) return null;
  const others = offices.filter(({ id }) => id !== data.kantor && data.items.every(({ kantor }) => kantor !== id));
  const mayShare = data.boleh_bagikan && others.length > 0;
  if (data.items.length === 0 && !mayShare) return null;
  const close = () => setDoing(null);
  return (
    <Paper withBorder p="sm" mb="sm" component="section" aria-label={t("share.title")}>
      {data.hanya_baca && (
        <Alert variant="outline" c="var(--mantine-color-text)" mb="xs" role="note">
          {t("share.readOnly", { kantor: data.nama })}
        </Alert>
      )}
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ flex: "1 1 300px", minWidth: 0 }}>
          <Title order={2} size="h5">
            {t("share.title")}
          </Title>
          <Readers shares={data} onWithdraw={(office, nama) => setDoing({ office, nama })} />
        </div>
        {mayShare && (
          <Button
            size="xs"
            variant="default"
            leftSection={<Share2 size={15} aria-hidden />}
            onClick={() => setDoing("share")}
          >
            {t("share.share")}
          </Button>
        )}
      </Group>
      {doing === "share" && <ShareDialog incidentId={incidentId} offices={others} onClose={close} />}
      {doing !== null && doing !== "share" && (
        <WithdrawDialog incidentId={incidentId} office={doing.office} nama={doing.nama} onClose={close} />
      )}
    </Paper>
  );
}

function Readers({ shares, onWithdraw }: { shares: Shares; onWithdraw: (office: string, nama: string) => void }) {
  const { t } = useTranslation();
  const format = useFormatter();
  if (shares.items.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("share.none", { kantor: shares.nama })}
      </Text>
    );
  }
  return (
    <ul className="plain-list hostile">
      {shares.items.map((one) => (
        <li key={one.kantor} style={{ marginTop: 6 }}>
          <Group gap="sm" justify="space-between">
            <Text size="sm">
              <b>{one.nama}</b> · {t("share.by", { oleh: one.oleh, pada: format.moment(one.pada) })} – {one.alasan}
            </Text>
            {shares.boleh_bagikan && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={t("share.withdrawFrom", { kantor: one.nama })}
                onClick={() => onWithdraw(one.kantor, one.nama)}
              >
                {t("share.withdraw")}
              </Button>
            )}
          </Group>
        </li>
      ))}
    </ul>
  );
}

function useShareChange(incidentId: string, change: () => Promise<Shares>, done: string, onClose: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (answer) => {
      client.setQueryData(sharesKey(incidentId), answer);
      sayDone(done, t("app.close"));
      onClose();
      await client.invalidateQueries({ queryKey: ["incidents"] });
    },
  });
}

interface ShareProps {
  incidentId: string;
  offices: { id: string; nama: string }[];
  onClose: () => void;
}

function ShareDialog({ incidentId, offices, onClose }: ShareProps) {
  const { t } = useTranslation();
  const [office, setOffice] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const change = () => shareIncident(incidentId, office ?? "", reason);
  const send = useShareChange(incidentId, change, t("share.done"), onClose);
  return (
    <FormDialog
      title={t("share.share")}
      action={t("share.action")}
      send={send}
      onSubmit={() => send.mutate()}
      onClose={onClose}
      disabled={office === null}
    >
      <Text size="sm">{t("share.hint")}</Text>
      <Select
        label={t("share.office")}
        required
        searchable
        data={offices.map(({ id, nama }) => ({ value: id, label: nama }))}
        value={office}
        onChange={setOffice}
      />
      <Textarea
        label={t("form.reason")}
        required
        autosize
        minRows={2}
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

interface WithdrawProps {
  incidentId: string;
  office: string;
  nama: string;
  onClose: () => void;
}

function WithdrawDialog({ incidentId, office, nama, onClose }: WithdrawProps) {
  const { t } = useTranslation();
  const send = useShareChange(incidentId, () => withdrawShare(incidentId, office), t("share.withdrawn"), onClose);
  return (
    <FormDialog
      title={t("share.withdrawFrom", { kantor: nama })}
      action={t("share.withdraw")}
      send={send}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{t("share.withdrawHint", { kantor: nama })}</Text>
    </FormDialog>
  );
}
