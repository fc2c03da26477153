// Found events: one line each, all fields on demand. Every value is an attacker's text.
import { ActionIcon, Button, Group, Table, Text, VisuallyHidden } from "@mantine/core";
import { CircleMinus, CirclePlus } from "lucide-react";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { summaryOf, textOf } from "../../lib/event-summary";
import type { FlatEvent } from "../../lib/types";
import { useFormatter, useLanguage } from "../../lib/use-formatter";

export type Narrow = (field: string, value: string, keep: boolean) => void;

const COLUMNS = 5;
const MAX_CELL_CHARACTERS = 400;

export function EventTable({ events, onNarrow }: { events: FlatEvent[]; onNarrow: Narrow }) {
  const { t } = useTranslation();
  return (
    <div className="scroll-x" role="region" tabIndex={0} aria-label={t("data.events")}>
      <Table miw={720} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("data.time")}</Table.Th>
            <Table.Th>{t("data.dataset")}</Table.Th>
            <Table.Th>{t("data.host")}</Table.Th>
            <Table.Th>{t("data.message")}</Table.Th>
            <Table.Th>
              <VisuallyHidden>{t("data.show")}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map((event) => (
            <EventRows key={event._id} event={event} onNarrow={onNarrow} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

const firstOf = (event: FlatEvent, ...fields: string[]): string =>
  fields.map((field) => textOf(event[field])).find(Boolean) ?? "";

function EventRows({ event, onNarrow }: { event: FlatEvent; onNarrow: Narrow }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const language = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const line =
    firstOf(event, "event.original", "message") || summaryOf(event, t, language) || firstOf(event, "event.action");
  return (
    <Fragment>
      <Table.Tr>
        <Table.Td style={{ whiteSpace: "nowrap" }}>{format.precise(textOf(event["@timestamp"]))}</Table.Td>
        <Table.Td className="name">{firstOf(event, "event.dataset") || "–"}</Table.Td>
        <Table.Td className="name">{firstOf(event, "host.name", "source.ip", "source.mac") || "–"}</Table.Td>
        <Table.Td className="mono line">{line.slice(0, MAX_CELL_CHARACTERS) || "–"}</Table.Td>
        <Table.Td>
          <Button size="compact-xs" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? t("data.hide") : t("data.show")}
          </Button>
        </Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr>
          <Table.Td colSpan={COLUMNS} style={{ background: "var(--tg-surface)" }}>
            <Fields event={event} onNarrow={onNarrow} />
          </Table.Td>
        </Table.Tr>
      )}
    </Fragment>
  );
}

function Fields({ event, onNarrow }: { event: FlatEvent; onNarrow: Narrow }) {
  const fields = Object.entries(event)
    .filter(([field]) => field !== "_id")
    .sort(([one], [other]) => one.localeCompare(other));
  return (
    <dl style={{ margin: 0 }}>
      {fields.map(([field, value]) => (
        <Group key={field} gap="xs" wrap="nowrap" align="flex-start">
          <NarrowButtons field={field} value={value} onNarrow={onNarrow} />
          <Text component="dt" size="xs" c="dimmed" w={190} style={{ flexShrink: 0 }} className="hostile">
            {field}
          </Text>
          <dd className="mono" style={{ margin: 0 }}>
            {textOf(value)}
          </dd>
        </Group>
      ))}
    </dl>
  );
}

function NarrowButtons({ field, value, onNarrow }: { field: string; value: unknown; onNarrow: Narrow }) {
  const { t } = useTranslation();
  const text = textOf(value);
  const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  if (!isPlain || field === "event.original" || field === "message")
    return <span style={{ width: 52, flexShrink: 0 }} />;
  return (
    <Group gap={0} wrap="nowrap" style={{ flexShrink: 0 }}>
      <ActionIcon
        size={26}
        aria-label={t("data.include", { field, value: text })}
        onClick={() => onNarrow(field, text, true)}
      >
        <CirclePlus size={14} aria-hidden />
      </ActionIcon>
      <ActionIcon
        size={26}
        aria-label={t("data.exclude", { field, value: text })}
        onClick={() => onNarrow(field, text, false)}
      >
        <CircleMinus size={14} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
