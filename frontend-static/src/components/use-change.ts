// A change that is said when done and refused in the server's words; everything under the key is read again.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sayDone, sayRefused } from "./feedback";

export function useChange<Given, Answer>(change: (given: Given) => Promise<Answer>, done: string, key: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      sayDone(done, t("app.close"));
      await client.invalidateQueries({ queryKey: [key] });
    },
    onError: (error) => sayRefused(t, error),
  });
}
