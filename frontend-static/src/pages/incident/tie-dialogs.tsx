// The dialogs of deciding: each wants its reason, nothing is preselected, and the server's refusal stays in the dialog.
import { Button, Group, Radio, Select, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";
import { RefusalAlert, sayDone } from "../../components/feedback";
import { declineProposal, linkIncident, mergeIncident, reopenIncident } from "../../lib/api";
import { incidentQuery, itemsOf, useIncidents } from "../../lib/queries";
import type { IncidentDetail, LinkKind, Proposal } from "../../lib/types";

interface DialogProps {
  incident: IncidentDetail;
  proposal?: Proposal | undefined;
  onClose: () => void;
}

export function ReopenDialog({ incident, proposal, onClose }: DialogProps) {
  const { t } = useTranslation();
  const [alasan, setAlasan] = useState("");
  const send = useDecision(() => reopenIncident(incident.id, alasan, proposal?.temuan), t("ties.reopened"), onClose);
  return (
    <Deciding title={t("ties.reopen")} action={t("ties.reopen")} send={send} onClose={onClose}>
      <Text size="sm">{t("ties.reopenHint")}</Text>
      <Reason required value={alasan} onChange={setAlasan} />
    </Deciding>
  );
}

export function LinkDialog({ incident, proposal, onClose }: DialogProps) {
  const { t } = useTranslation();
  const [to, setTo] = useState<string | null>(proposal?.insiden_temuan?.id ?? null);
  const [kind, setKind] = useState<LinkKind | null>(null);
  const [alasan, setAlasan] = useState("");
  const send = useDecision(
    () => linkIncident(incident.id, { to: to ?? "", jenis: kind ?? "terkait", alasan }),
    t("ties.linked"),
    onClose,
  );
  return (
    <Deciding
      title={t("ties.link")}
      action={t("ties.link")}
      send={send}
      onClose={onClose}
      disabled={to === null || kind === null}
    >
      <OtherIncidentField
        label={t("ties.other")}
        except={incident.id}
        value={to}
        onChange={setTo}
        known={proposal?.insiden_temuan}
      />
      <Radio.Group
        label={t("ties.kindLabel")}
        withAsterisk
        value={kind}
        onChange={(value) => setKind(value as LinkKind)}
      >
        <Stack gap={6} mt={4}>
          <Radio value="terulang" label={t("ties.kind.terulang")} />
          <Radio value="terkait" label={t("ties.kind.terkait")} />
        </Stack>
      </Radio.Group>
      <Reason value={alasan} onChange={setAlasan} />
    </Deciding>
  );
}

export function MergeDialog({ incident, onClose }: DialogProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [into, setInto] = useState<string | null>(null);
  const [alasan, setAlasan] = useState("");
  const send = useDecision(
    () => mergeIncident(incident.id, into ?? "", alasan),
    t("ties.merged"),
    (target) => {
      onClose();
      void navigate({ to: "/insiden/$id", params: { id: target.id } });
    },
  );
  return (
    <Deciding title={t("ties.merge")} action={t("ties.merge")} send={send} onClose={onClose} disabled={into === null}>
      <Text size="sm">{t("ties.mergeHint")}</Text>
      <OtherIncidentField label={t("ties.into")} except={incident.id} status="open" value={into} onChange={setInto} />
      <Reason required value={alasan} onChange={setAlasan} />
    </Deciding>
  );
}

export function DeclineDialog({ incident, proposal, onClose }: DialogProps & { proposal: Proposal }) {
  const { t } = useTranslation();
  const [alasan, setAlasan] = useState("");
  const send = useDecision(() => declineProposal(incident.id, proposal.id, alasan), t("ties.declined"), onClose);
  return (
    <Deciding title={t("ties.decline")} action={t("ties.decline")} send={send} onClose={onClose}>
      <Reason required value={alasan} onChange={setAlasan} />
    </Deciding>
  );
}

interface Decision {
  mutate: () => void;
  isPending: boolean;
  error: Error | null;
}

function useDecision(
  decide: () => Promise<IncidentDetail>,
  done: string,
  onDone: (answer: IncidentDetail) => void,
): Decision {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: decide,
    onSuccess: (answer) => {
      client.setQueryData(incidentQuery(answer.id).queryKey, answer);
      void client.invalidateQueries({ queryKey: ["incidents"] });
      sayDone(done, t("app.close"));
      onDone(answer);
    },
  });
}

interface DecidingProps {
  title: string;
  action: string;
  send: Decision;
  onClose: () => void;
  disabled?: boolean;
  children: ReactNode;
}

function Deciding({ title, action, send, onClose, disabled = false, children }: DecidingProps) {
  const { t } = useTranslation();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <Dialog opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          {children}
          {send.error && <RefusalAlert error={send.error} title={t("form.refused")} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("app.cancel")}
            </Button>
            <Button type="submit" loading={send.isPending} disabled={disabled}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

interface ReasonProps {
  required?: boolean;
  value: string;
  onChange: (value: string) => void;
}

function Reason({ required = false, value, onChange }: ReasonProps) {
  const { t } = useTranslation();
  return (
    <Textarea
      label={t("form.reason")}
      required={required}
      autosize
      minRows={2}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface OtherIncidentProps {
  label: string;
  except: string;
  status?: string;
  value: string | null;
  onChange: (value: string | null) => void;
  known?: { id: string; nomor: string; judul: string } | null | undefined;
}

/** Found by number or words of the title, newest first. */
function OtherIncidentField({ label, except, status, value, onChange, known }: OtherIncidentProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const found = itemsOf(useIncidents({ q: text.split(" · ")[0] || undefined, status }).data);
  const offered = [...(known ? [known] : []), ...found.filter(({ id }) => id !== known?.id)];
  return (
    <Select
      label={label}
      placeholder={t("ties.search")}
      withAsterisk
      searchable
      nothingFoundMessage={t("ties.noneFound")}
      filter={({ options }) => options}
      onSearchChange={setText}
      data={offered
        .filter(({ id }) => id !== except)
        .map(({ id, nomor, judul }) => ({ value: id, label: `${nomor} · ${judul}` }))}
      value={value}
      onChange={onChange}
    />
  );
}
