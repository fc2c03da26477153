// A decision about rules: said when done, refused in the server's words, and everything about rules is read again.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sayDone, sayRefused } from "../../components/feedback";

export function useRulesChange<Given>(change: (given: Given) => Promise<void>, done: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      sayDone(done, t("app.close"));
      await client.invalidateQueries({ queryKey: ["rules"] });
    },
    onError: (error) => sayRefused(t, error),
  });
}
