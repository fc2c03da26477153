// A change of a document makes a new revision: say which, and read the documents again.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sayDone } from "../../components/feedback";
import type { DocumentDetail } from "../../lib/paper";

export function useRevision(change: () => Promise<DocumentDetail>) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (detail) => {
      sayDone(t("documents.revised", { revisi: detail.revisi }), t("app.close"));
      void client.invalidateQueries({ queryKey: ["incidents", "documents"] });
    },
  });
}
