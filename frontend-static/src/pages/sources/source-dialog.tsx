// A source as an administrator decides it: name, address, zone, how its lines are read, and when its silence is told.
import { Checkbox, NumberInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sayDone } from "../../components/feedback";
import { FormDialog } from "../../components/form-dialog";
import { FormatSelect } from "../../components/format-select";
import { ACCESS, changeSource, createSource, type SourceForm, type SourceKey } from "../../lib/sources-api";
import { TryOnLines } from "./try-on-lines";

interface Props {
  begin: SourceForm;
  isNew: boolean;
  onMade: (key: SourceKey) => void;
  onClose: () => void;
}

const MAX_SILENT_MINUTES = 44_640;

export function SourceDialog({ begin, isNew, onMade, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form, setForm] = useState(begin);
  const set = (part: Partial<SourceForm>) => setForm((known) => ({ ...known, ...part }));
  const send = useMutation({
    mutationFn: (): Promise<SourceKey | null> => (isNew ? createSource(form) : changeSource(form).then(() => null)),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ["sources"] });
      if (made !== null) {
        onMade(made);
        return;
      }
      sayDone(t("sources.changed", { nama: form.nama }), t("app.close"));
      onClose();
    },
  });
  return (
    <FormDialog
      title={isNew ? t("sources.new") : t("sources.changeOne", { nama: begin.nama })}
      action={isNew ? t("sources.make") : t("sources.save")}
      send={send}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      {isNew && (
        <TextInput
          label={t("sources.name")}
          description={t("sources.nameHint")}
          required
          maxLength={64}
          autoComplete="off"
          value={form.nama}
          onChange={(event) => set({ nama: event.currentTarget.value })}
        />
      )}
      <TextInput
        label={t("sources.address")}
        description={t("sources.addressHint")}
        maxLength={100}
        value={form.alamat}
        onChange={(event) => set({ alamat: event.currentTarget.value })}
      />
      <TextInput
        label={t("sources.zone")}
        description={t("sources.zoneHint")}
        placeholder="Asia/Makassar"
        maxLength={100}
        value={form.zona}
        onChange={(event) => set({ zona: event.currentTarget.value })}
      />
      <Reading form={form} onChange={set} />
      <NumberInput
        label={t("sources.silent")}
        description={t("sources.silentHint")}
        min={0}
        max={MAX_SILENT_MINUTES}
        allowDecimal={false}
        value={form.batasDiam}
        onChange={(minutes) => set({ batasDiam: Number(minutes) || 0 })}
      />
      <Checkbox
        label={t("sources.hmac")}
        description={t("sources.hmacHint")}
        checked={form.hmac}
        onChange={(event) => set({ hmac: event.currentTarget.checked })}
      />
    </FormDialog>
  );
}

function Reading({ form, onChange }: { form: SourceForm; onChange: (part: Partial<SourceForm>) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <FormatSelect value={form.format} onChange={(format) => onChange({ format })} />
      {form.format === ACCESS && (
        <TextInput
          label={t("data.formatString")}
          placeholder='%h %l %u %t "%r" %>s %b'
          value={form.formatString}
          onChange={(event) => onChange({ formatString: event.currentTarget.value })}
        />
      )}
      <TryOnLines format={form.format} formatString={form.formatString} zona={form.zona} />
    </>
  );
}
