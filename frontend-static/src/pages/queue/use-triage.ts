// Decisions on detections; each says what became of it and reads the queue's newest state again.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sayDone, sayRefused } from "../../components/feedback";
import { acknowledgeAlert, dismissAlert, escalateAlert, mergeAlerts } from "../../lib/api";

export type Decision =
  | { kind: "acknowledged"; ids: string[] }
  | { kind: "escalated"; ids: string[] }
  | { kind: "dismissed"; ids: string[]; alasan: string }
  | { kind: "merged"; into: string; ids: string[] };

export function useTriage(onDone?: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: carryOut,
    onSuccess: (_, decision) => {
      sayDone(t(`queue.${decision.kind}`), t("app.close"));
      onDone?.();
    },
    onError: (error) => sayRefused(t, error),
    // Where some of several were refused, the others have changed all the same.
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ["alerts"] }),
        client.invalidateQueries({ queryKey: ["incidents"] }),
      ]),
  });
}

async function carryOut(decision: Decision): Promise<void> {
  switch (decision.kind) {
    case "merged":
      await mergeAlerts(decision.into, decision.ids);
      return;
    case "acknowledged":
      return inTurn(decision.ids, acknowledgeAlert);
    case "escalated":
      return inTurn(decision.ids, escalateAlert);
    case "dismissed":
      return inTurn(decision.ids, (id) => dismissAlert(id, decision.alasan));
  }
}

async function inTurn(ids: string[], call: (id: string) => Promise<unknown>): Promise<void> {
  for (const id of ids) await call(id);
}
