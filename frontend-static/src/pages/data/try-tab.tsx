// Lines tried with a parser: what each would be as an event, which formats they look like; nothing is stored.
import { Button, Group, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert } from "../../components/feedback";
import { FormatSelect } from "../../components/format-select";
import { TrialOutcome } from "../../components/trial-outcome";
import { tryParser, type TrialForm } from "../../lib/parsers-api";
import { useMe } from "../../lib/queries";
import { ACCESS, AUTO } from "../../lib/sources-api";
import { SourceFormat } from "./source-format";

const EMPTY: TrialForm = { baris: "", format: AUTO, formatString: "", zona: "" };
const LINES_SHOWN = 8;

export function TryTab() {
  const { t } = useTranslation();
  const [form, setForm] = useState(EMPTY);
  const { data: me } = useMe();
  const trial = useMutation({ mutationFn: tryParser });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    trial.mutate(form);
  };
  return (
    <>
      <Text c="dimmed" mb="sm">
        {t("data.tryText")}
      </Text>
      <form onSubmit={submit}>
        <TrialFields form={form} onChange={setForm} />
        <Button type="submit" my="sm" loading={trial.isPending} disabled={form.baris.trim() === ""}>
          {t("data.try")}
        </Button>
      </form>
      {trial.isError && <RefusalAlert error={trial.error} />}
      {trial.data && <TrialOutcome trial={trial.data} />}
      {trial.data?.format && me?.is_admin && (
        <SourceFormat format={trial.data.format} formatString={trial.variables.formatString} />
      )}
    </>
  );
}

function TrialFields({ form, onChange }: { form: TrialForm; onChange: (form: TrialForm) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Textarea
        label={t("data.tryLines")}
        description={t("data.tryLinesHint")}
        rows={LINES_SHOWN}
        required
        classNames={{ input: "mono" }}
        value={form.baris}
        onChange={(event) => onChange({ ...form, baris: event.currentTarget.value })}
      />
      <Group grow align="flex-end" mt="xs">
        <FormatSelect value={form.format} onChange={(format) => onChange({ ...form, format })} />
        {(form.format === AUTO || form.format === ACCESS) && (
          <TextInput
            label={t("data.formatString")}
            placeholder='%h %l %u %t "%r" %>s %b'
            value={form.formatString}
            onChange={(event) => onChange({ ...form, formatString: event.currentTarget.value })}
          />
        )}
      </Group>
    </>
  );
}
