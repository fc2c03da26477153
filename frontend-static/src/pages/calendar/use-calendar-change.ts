// A change of the calendar: said when done, refused in the server's words, and everything about time is read again.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sayDone, sayRefused } from "../../components/feedback";

export function useCalendarChange<Given, Answer>(change: (given: Given) => Promise<Answer>, done: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      sayDone(done, t("app.close"));
      await client.invalidateQueries({ queryKey: ["calendar"] });
    },
    onError: (error) => sayRefused(t, error),
  });
}
