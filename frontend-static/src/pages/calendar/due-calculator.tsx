// "When would 2 hari end": the answer of the office's own calendar.
import { Button, Group, NumberInput, Select, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert } from "../../components/feedback";
import { Panel } from "../../components/panel";
import { workingSpan } from "../../lib/format";
import { useMe } from "../../lib/queries";
import { whenDue } from "../../lib/time-api";
import { useFormatter, useLanguage } from "../../lib/use-formatter";
import { instantOf, wallClockOf } from "../../lib/zoned-time";

const UNITS = ["menit", "jam", "hari", "hari kerja"] as const;

export function DueCalculator({ kantor }: { kantor: string }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const language = useLanguage();
  const zone = useMe().data?.zona ?? "UTC";
  const [start, setStart] = useState(() => wallClockOf(new Date().toISOString(), zone));
  const [amount, setAmount] = useState<number | string>(2);
  const [unit, setUnit] = useState<string>("hari");
  const ask = useMutation({ mutationFn: () => whenDue(kantor, instantOf(start, zone) ?? "", `${amount} ${unit}`) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <Panel title={t("calendar.when")} hint={t("calendar.whenHint")}>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="sm">
          <TextInput
            type="datetime-local"
            label={t("calendar.start")}
            required
            value={start}
            onChange={(event) => setStart(event.currentTarget.value)}
          />
          <NumberInput
            label={t("calendar.amount")}
            w={90}
            min={1}
            max={999}
            required
            allowDecimal={false}
            hideControls
            value={amount}
            onChange={setAmount}
          />
          <Select
            label={t("calendar.unit")}
            w={140}
            allowDeselect={false}
            data={UNITS.map((one) => ({ value: one, label: t(`calendar.units.${one}`) }))}
            value={unit}
            onChange={(value) => setUnit(value ?? "hari")}
            comboboxProps={{ withinPortal: false }}
          />
          <Button type="submit" loading={ask.isPending}>
            {t("calendar.ask")}
          </Button>
        </Group>
      </form>
      <div role="status">
        {ask.data && (
          <Text>
            {t("calendar.answer")} <strong>{format.moment(ask.data.jatuh_tempo)}</strong>{" "}
            <Text component="span" c="dimmed" size="sm">
              ({t("calendar.workingTime", { span: workingSpan(language, ask.data.menit_kerja) })})
            </Text>
          </Text>
        )}
      </div>
      {ask.error && <RefusalAlert error={ask.error} />}
    </Panel>
  );
}
