// The fields of the events found with how many have each, and the most frequent values of one, which narrow the query.
import { ActionIcon, Group, SimpleGrid, Table, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { CircleMinus, CirclePlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { Rows } from "../../components/rows";
import type { EventFilter } from "../../lib/api";
import { fieldsQuery, isCountable, kindOf, topValuesQuery, type EventField } from "../../lib/events-api";
import { useFormatter } from "../../lib/use-formatter";
import type { Narrow } from "./event-table";

interface Props {
  filter: EventFilter;
  onNarrow: Narrow;
}

export function FieldValues({ filter, onNarrow }: Props) {
  const { t } = useTranslation();
  const [field, setField] = useState<string | null>(null);
  const fields = useQuery(fieldsQuery(filter));
  return (
    <section aria-label={t("data.fields")}>
      <Read query={fields}>
        {({ items }) => (
          <SimpleGrid cols={{ base: 1, md: 2 }} mb="md">
            <FieldList fields={items} chosen={field} onChoose={setField} />
            {field !== null && items.some(({ name }) => name === field) ? (
              <TopValues filter={filter} field={field} onNarrow={onNarrow} />
            ) : (
              <Empty>{t("data.chooseField")}</Empty>
            )}
          </SimpleGrid>
        )}
      </Read>
    </section>
  );
}

interface ListProps {
  fields: EventField[];
  chosen: string | null;
  onChoose: (field: string) => void;
}

function FieldList({ fields, chosen, onChoose }: ListProps) {
  const { t } = useTranslation();
  const format = useFormatter();
  const [words, setWords] = useState("");
  const shown = fields.filter(({ name }) => name.toLowerCase().includes(words.trim().toLowerCase()));
  return (
    <div>
      <TextInput
        label={t("data.findField")}
        type="search"
        mb="xs"
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <div
        className="scroll-x"
        style={{ maxHeight: 320, overflowY: "auto" }}
        role="region"
        tabIndex={0}
        aria-label={t("data.fieldList")}
      >
        <ul className="plain-list">
          {shown.map((field) => (
            <li key={field.name}>
              <Group justify="space-between" wrap="nowrap" gap="xs" py={2}>
                {isCountable(field) ? (
                  <UnstyledButton
                    className="hostile"
                    fz="sm"
                    td="underline"
                    fw={field.name === chosen ? 700 : 400}
                    aria-pressed={field.name === chosen}
                    onClick={() => onChoose(field.name)}
                  >
                    {field.name}
                  </UnstyledButton>
                ) : (
                  <Text size="sm" className="hostile">
                    {field.name}
                  </Text>
                )}
                <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
                  {t(`data.kind.${kindOf(field)}`)} · {format.number(field.events)}
                </Text>
              </Group>
            </li>
          ))}
        </ul>
      </div>
      <Text size="xs" c="dimmed" mt="xs" role="status">
        {t("data.fieldsShown", { shown: format.number(shown.length), total: format.number(fields.length) })}
      </Text>
    </div>
  );
}

function TopValues({ filter, field, onNarrow }: Props & { field: string }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const values = useQuery(topValuesQuery(filter, field));
  return (
    <div>
      <Text fw={600} className="hostile" mb="xs">
        {t("data.topValues", { field })}
      </Text>
      <Read query={values}>
        {({ items }) => (
          <Rows heads={[t("data.value"), t("data.eventCount"), t("data.narrow")]} minWidth={300}>
            {items.map(({ value, events }) => (
              <Table.Tr key={value}>
                <Table.Td className="mono">{value === "" ? t("data.emptyValue") : value}</Table.Td>
                <Table.Td>{format.number(events)}</Table.Td>
                <Table.Td>
                  <NarrowButtons field={field} value={value} onNarrow={onNarrow} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Rows>
        )}
      </Read>
    </div>
  );
}

function NarrowButtons({ field, value, onNarrow }: { field: string; value: string; onNarrow: Narrow }) {
  const { t } = useTranslation();
  return (
    <Group gap={0} wrap="nowrap">
      <ActionIcon
        size={26}
        aria-label={t("data.include", { field, value })}
        onClick={() => onNarrow(field, value, true)}
      >
        <CirclePlus size={14} aria-hidden />
      </ActionIcon>
      <ActionIcon
        size={26}
        aria-label={t("data.exclude", { field, value })}
        onClick={() => onNarrow(field, value, false)}
      >
        <CircleMinus size={14} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
