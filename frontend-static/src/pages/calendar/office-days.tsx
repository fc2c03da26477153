// Local closures and extra working days: the list, and the form for one more.
import { ActionIcon, Button, Group, Select, Table, TextInput } from "@mantine/core";
import { Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { Panel } from "../../components/panel";
import { Rows } from "../../components/rows";
import { useChange } from "../../components/use-change";
import { addDay, removeDay, useOfficeDays, type DayKind, type OfficeDay } from "../../lib/time-api";
import { useFormatter } from "../../lib/use-formatter";

export const DAY_KINDS: DayKind[] = ["libur", "kerja"];

export function OfficeDays({ kantor }: { kantor: string }) {
  const { t } = useTranslation();
  const days = useOfficeDays(kantor);
  const remove = useChange((day: string) => removeDay(kantor, day), t("calendar.removed"), "calendar");
  return (
    <Panel title={t("calendar.days")} hint={t("calendar.daysHint")}>
      <NewDay kantor={kantor} />
      <Read query={days}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t("calendar.noDays")}</Empty>
          ) : (
            <Rows
              minWidth={320}
              heads={[t("calendar.day"), t("calendar.kind"), t("calendar.what"), t("calendar.remove")]}
            >
              {items.map((day) => (
                <Day key={day.tanggal} day={day} onRemove={() => remove.mutate(day.tanggal)} />
              ))}
            </Rows>
          )
        }
      </Read>
    </Panel>
  );
}

function Day({ day, onRemove }: { day: OfficeDay; onRemove: () => void }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <Table.Tr>
      <Table.Td>{format.day(day.tanggal)}</Table.Td>
      <Table.Td>{t(`calendar.kinds.${day.jenis}`)}</Table.Td>
      <Table.Td className="hostile">{day.uraian}</Table.Td>
      <Table.Td>
        <ActionIcon
          variant="default"
          aria-label={t("calendar.removeDay", { day: format.day(day.tanggal) })}
          onClick={onRemove}
        >
          <Trash2 size={16} aria-hidden />
        </ActionIcon>
      </Table.Td>
    </Table.Tr>
  );
}

function NewDay({ kantor }: { kantor: string }) {
  const { t } = useTranslation();
  const [tanggal, setDay] = useState("");
  const [jenis, setKind] = useState<DayKind>("libur");
  const [uraian, setWhat] = useState("");
  const add = useChange(() => addDay({ kantor, tanggal, jenis, uraian }), t("calendar.added"), "calendar");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(undefined, {
      onSuccess: () => {
        setDay("");
        setWhat("");
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="sm">
        <TextInput
          type="date"
          label={t("calendar.day")}
          required
          value={tanggal}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
        <Select
          label={t("calendar.kind")}
          w={190}
          allowDeselect={false}
          data={DAY_KINDS.map((one) => ({ value: one, label: t(`calendar.kinds.${one}`) }))}
          value={jenis}
          onChange={(value) => setKind((value ?? "libur") as DayKind)}
          comboboxProps={{ withinPortal: false }}
        />
        <TextInput
          label={t("calendar.what")}
          required
          maxLength={200}
          style={{ flex: "1 1 200px" }}
          value={uraian}
          onChange={(event) => setWhat(event.currentTarget.value)}
        />
        <Button type="submit" loading={add.isPending}>
          {t("calendar.add")}
        </Button>
      </Group>
    </form>
  );
}
