// The format that was tried is given to a source: from then on its lines are read so.
import { Button, Group, Select } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sayDone, sayRefused } from "../../components/feedback";
import { giveFormat, namedOf, sourcesQuery } from "../../lib/sources-api";

export function SourceFormat({ format, formatString }: { format: string; formatString: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data } = useQuery(sourcesQuery);
  const [name, setName] = useState<string | null>(null);
  const sources = namedOf(data?.items ?? []);
  const chosen = sources.find((one) => one.nama === name);
  const give = useMutation({
    mutationFn: () => (chosen ? giveFormat(chosen, format, formatString) : Promise.resolve()),
    onSuccess: () => {
      sayDone(t("data.sourceGiven", { source: name, format }), t("app.close"));
      void client.invalidateQueries({ queryKey: sourcesQuery.queryKey });
    },
    onError: (error) => sayRefused(t, error),
  });
  if (sources.length === 0) return null;
  return (
    <Group align="flex-end" mt="md">
      <Select
        label={t("data.sourceUse", { format })}
        data={sources.map((one) => ({ value: one.nama, label: `${one.nama} (${one.format})` }))}
        value={name}
        onChange={setName}
      />
      <Button variant="default" disabled={!chosen} loading={give.isPending} onClick={() => give.mutate()}>
        {t("data.sourceGive")}
      </Button>
    </Group>
  );
}
