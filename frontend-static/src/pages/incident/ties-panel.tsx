// What ties the incident to others: proposals that wait for a person, links and merges, and the buttons for deciding.
import { Alert, Anchor, Button, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { BellRing } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { IncidentDetail, OtherIncident, Proposal, Ties } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import { DeclineDialog, LinkDialog, MergeDialog, ReopenDialog } from "./tie-dialogs";

/** Which decision is being made; with the proposal it answers, where it answers one. */
export type Deciding = { what: "reopen" | "link" | "merge" | "decline"; proposal?: Proposal | undefined } | null;

export function TiesPanel({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const [deciding, setDeciding] = useState<Deciding>(null);
  const ties = incident.kaitan;
  if (!ties) return null;
  const waiting = ties.usulan.filter(({ status }) => status === "menunggu");
  const close = () => setDeciding(null);
  return (
    <Stack gap="sm" mb="sm">
      {waiting.map((one) => (
        <ProposalBanner key={one.id} proposal={one} mayDecide={ties.boleh_memutuskan} onDecide={setDeciding} />
      ))}
      {ties.digabung_ke && (
        <Alert variant="outline" c="var(--mantine-color-text)" role="note">
          {t("ties.mergedInto")} <OtherLink other={ties.digabung_ke.insiden} />
        </Alert>
      )}
      <Known ties={ties} />
      {/* While a proposal waits, its own buttons stand for these. */}
      {ties.boleh_memutuskan && incident.status !== "merged" && waiting.length === 0 && (
        <Group gap="xs">
          {incident.status === "closed" && (
            <Button variant="default" size="xs" onClick={() => setDeciding({ what: "reopen" })}>
              {t("ties.reopen")}
            </Button>
          )}
          <Button variant="default" size="xs" onClick={() => setDeciding({ what: "link" })}>
            {t("ties.link")}
          </Button>
          {incident.status === "open" && (
            <Button variant="default" size="xs" onClick={() => setDeciding({ what: "merge" })}>
              {t("ties.merge")}
            </Button>
          )}
        </Group>
      )}
      {deciding?.what === "reopen" && <ReopenDialog incident={incident} proposal={deciding.proposal} onClose={close} />}
      {deciding?.what === "link" && <LinkDialog incident={incident} proposal={deciding.proposal} onClose={close} />}
      {deciding?.what === "merge" && <MergeDialog incident={incident} onClose={close} />}
      {deciding?.what === "decline" && deciding.proposal && (
        <DeclineDialog incident={incident} proposal={deciding.proposal} onClose={close} />
      )}
    </Stack>
  );
}

interface BannerProps {
  proposal: Proposal;
  mayDecide: boolean;
  onDecide: (deciding: Deciding) => void;
}

function ProposalBanner({ proposal, mayDecide, onDecide }: BannerProps) {
  const { t } = useTranslation();
  const format = useFormatter();
  const about = Object.entries(proposal.tentang).map(([field, value]) => `${field} ${value}`);
  return (
    <Alert
      color="yellow"
      variant="outline"
      c="var(--mantine-color-text)"
      icon={<BellRing aria-hidden />}
      title={t("ties.proposal")}
    >
      <Text className="hostile">
        {proposal.temuan_judul} · {about.join(" · ")} · {format.moment(proposal.pada)}
      </Text>
      <Text size="sm" mb="xs">
        {proposal.sebab_sama ? t("ties.sameCause") : t("ties.sameEntity")}
        {proposal.insiden_temuan && (
          <>
            {" "}
            {t("ties.findingIn")} <OtherLink other={proposal.insiden_temuan} />
          </>
        )}
      </Text>
      {mayDecide && (
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => onDecide({ what: "reopen", proposal })}>
            {t("ties.reopen")}
          </Button>
          {proposal.insiden_temuan && (
            <Button size="xs" variant="default" onClick={() => onDecide({ what: "link", proposal })}>
              {t("ties.link")}
            </Button>
          )}
          <Button size="xs" variant="default" onClick={() => onDecide({ what: "decline", proposal })}>
            {t("ties.decline")}
          </Button>
        </Group>
      )}
    </Alert>
  );
}

function Known({ ties }: { ties: Ties }) {
  const { t } = useTranslation();
  if (ties.gabungan.length === 0 && ties.tautan.length === 0) return null;
  return (
    <Paper withBorder p="sm" component="section" aria-label={t("ties.title")}>
      <Title order={2} size="h4">
        {t("ties.title")}
      </Title>
      <List size="sm">
        {ties.gabungan.map((one) => (
          <List.Item key={one.insiden.id} className="hostile">
            {t("ties.holds")} <OtherLink other={one.insiden} />
            {one.alasan && ` – ${one.alasan}`}
          </List.Item>
        ))}
        {ties.tautan.map((one) => (
          <List.Item key={`${one.insiden.id}.${one.jenis}`} className="hostile">
            {t(`ties.kind.${one.jenis}` as "ties.kind.terulang")}: <OtherLink other={one.insiden} />
            {one.alasan && ` – ${one.alasan}`}
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}

function OtherLink({ other }: { other: OtherIncident }) {
  return (
    <Anchor component={Link} to={`/insiden/${encodeURIComponent(other.id)}`} className="hostile">
      {other.nomor} · {other.judul}
    </Anchor>
  );
}
