// Say something about an active step without finishing it: what was tried and not solved yet.
import { Button, Collapse, Paper, Stack, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert, sayDone } from "../../components/feedback";
import { addNote } from "../../lib/api";
import { incidentQuery } from "../../lib/queries";
import type { AllowedStep } from "../../lib/types";

export function NoteForm({ incidentId, step }: { incidentId: string; step: AllowedStep }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const formId = useId();
  const [isOpen, setOpen] = useState(false);
  const [catatan, setCatatan] = useState("");
  const send = useMutation({
    mutationFn: () => addNote(incidentId, step.no, catatan, step.putaran),
    onSuccess: (answer) => {
      client.setQueryData(incidentQuery(incidentId).queryKey, answer);
      void client.invalidateQueries({ queryKey: ["incidents"] });
      sayDone(t("note.done", { no: step.no }), t("app.close"));
      setCatatan("");
      setOpen(false);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <Paper component="section" aria-label={t("note.title", { no: step.no })}>
      <Button
        variant="default"
        mt="xs"
        size="xs"
        aria-expanded={isOpen}
        aria-controls={formId}
        onClick={() => setOpen((known) => !known)}
      >
        {t("note.open", { no: step.no })}
      </Button>
      <Collapse expanded={isOpen} id={formId}>
        <form onSubmit={submit}>
          <Stack gap="sm" maw={720} mt="xs">
            {send.error && <RefusalAlert error={send.error} />}
            <Textarea
              label={t("note.label", { no: step.no })}
              description={t("note.hint")}
              required
              autosize
              minRows={2}
              maxLength={5000}
              value={catatan}
              onChange={(event) => setCatatan(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" loading={send.isPending} style={{ alignSelf: "flex-start" }}>
              {t("note.save")}
            </Button>
          </Stack>
        </form>
      </Collapse>
    </Paper>
  );
}
