// What is known to be harmless here, written as a Sigma filter with its reason.
import { Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sayDone } from "../../components/feedback";
import { FormDialog } from "../../components/form-dialog";
import { addExclusion } from "../../lib/rules-api";

export function ExclusionDialog({ begin, onClose }: { begin: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [sigma, setSigma] = useState(begin);
  const [reason, setReason] = useState("");
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: () => addExclusion(sigma, reason.trim()),
    onSuccess: () => {
      sayDone(t("rules.excluded"), t("app.close"));
      void client.invalidateQueries({ queryKey: ["rules"] });
      onClose();
    },
  });
  return (
    <FormDialog
      title={t("rules.exclude")}
      action={t("rules.exclude")}
      send={add}
      disabled={!reason.trim() || !sigma.trim()}
      onSubmit={() => add.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{t("rules.excludeHint")}</Text>
      <Textarea
        label={t("rules.filter")}
        required
        autosize
        minRows={10}
        maxRows={20}
        value={sigma}
        classNames={{ input: "mono" }}
        onChange={(event) => setSigma(event.currentTarget.value)}
      />
      <Textarea
        label={t("rules.reason")}
        required
        autosize
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
