// The entries, newest first: when, who, what, about what; a row opens to all that its hash covers.
import { Anchor, Button, Table, Text } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FlyOut } from "../../components/dialog";
import { Empty, Read } from "../../components/feedback";
import { LoadMore } from "../../components/load-more";
import { useEntries, type AuditEntry } from "../../lib/oversight-api";
import { useMe, itemsOf } from "../../lib/queries";
import type { TrailSearch } from "../../lib/search";
import { useFormatter } from "../../lib/use-formatter";
import { instantOf } from "../../lib/zoned-time";
import cards from "../../components/cards.module.css";
import { actionText } from "./actions";
import { EntryDetails } from "./entry-details";

const DAY_MS = 86_400_000;

export function EntryList({ search }: { search: TrailSearch }) {
  const { t } = useTranslation();
  const zone = useMe().data?.zona ?? "UTC";
  const [opened, setOpened] = useState<AuditEntry | undefined>();
  const query = useEntries({
    insiden: search.insiden,
    subject: search.perihal,
    actor: search.pelaku,
    action: search.tindakan,
    from: search.dari && instantOf(`${search.dari}T00:00`, zone),
    to: search.sampai && instantOf(`${dayAfter(search.sampai)}T00:00`, zone),
  });
  return (
    <>
      <Read query={query}>
        {(data) => {
          const entries = itemsOf(data);
          if (entries.length === 0) return <Empty>{t("audit.empty")}</Empty>;
          return <EntryTable entries={entries} onOpen={setOpened} />;
        }}
      </Read>
      <LoadMore query={query} />
      <FlyOut
        opened={opened !== undefined}
        onClose={() => setOpened(undefined)}
        title={opened ? t("audit.entry", { seq: opened.seq }) : ""}
      >
        {opened && <EntryDetails entry={opened} />}
      </FlyOut>
    </>
  );
}

function dayAfter(day: string): string {
  const at = Date.parse(day);
  return Number.isNaN(at) ? day : new Date(at + DAY_MS).toISOString().slice(0, 10);
}

function EntryTable({ entries, onOpen }: { entries: AuditEntry[]; onOpen: (entry: AuditEntry) => void }) {
  const { t } = useTranslation();
  const columns = ["seq", "at", "actor", "action", "about", "details"] as const;
  return (
    <Table className={cards.table} aria-label={t("audit.entries")} verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          {columns.map((one) => (
            <Table.Th key={one}>{t(`audit.${one}`)}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <EntryRow key={entry.seq} entry={entry} onOpen={onOpen} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function EntryRow({ entry, onOpen }: { entry: AuditEntry; onOpen: (entry: AuditEntry) => void }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const navigate = useNavigate();
  return (
    <Table.Tr>
      <Table.Td>{format.number(entry.seq)}</Table.Td>
      <Table.Td className={cards.nowrap}>{format.precise(entry.at)}</Table.Td>
      <Table.Td className="hostile">
        <Anchor
          component="button"
          inherit
          type="button"
          ta="start"
          onClick={() => void navigate({ to: "/kelola/audit", search: { pelaku: entry.actor } })}
          aria-label={t("audit.onlyActor", { nama: entry.actor_name })}
        >
          {entry.actor_name}
        </Anchor>
      </Table.Td>
      <Table.Td>{actionText(t, entry.action)}</Table.Td>
      <Table.Td className="hostile">
        <Subject entry={entry} />
      </Table.Td>
      <Table.Td>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => onOpen(entry)}
          aria-label={t("audit.open", { seq: entry.seq })}
        >
          {t("audit.details")}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

function Subject({ entry: { tentang, disembunyikan } }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const kind = t(`audit.subject.${tentang.jenis}` as "audit.subject.incident", { defaultValue: "" });
  if (disembunyikan) return <Text c="dimmed">{t("audit.otherOffice")}</Text>;
  if (tentang.incident_id === null) return <>{[kind, tentang.nama].filter(Boolean).join(": ")}</>;
  return (
    <Anchor inherit component={Link} to="/insiden/$id" params={{ id: tentang.incident_id } as never}>
      {tentang.nama}
    </Anchor>
  );
}
