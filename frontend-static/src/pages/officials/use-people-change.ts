// A change of accounts, positions or offices: everything about people is read again once it is done.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sayDone } from "../../components/feedback";
import { officialsKey } from "../../lib/people";

export function usePeopleChange<Given, Answer>(
  change: (given: Given) => Promise<Answer>,
  done: string,
  onDone: (answer: Answer) => void,
) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (answer) => {
      sayDone(done, t("app.close"));
      onDone(answer);
      const keys = [officialsKey, ["offices"], ["me"], ["incidents"]];
      await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
}
