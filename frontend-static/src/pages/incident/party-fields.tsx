// Others who were involved in solving it: who, when, with what result; none is asked for.
import { Button, Fieldset, Group, Stack, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PartyDraft } from "./step-forms";

interface Props {
  parties: PartyDraft[];
  onChange: (parties: PartyDraft[]) => void;
}

export function PartyFields({ parties, onChange }: Props) {
  const { t } = useTranslation();
  const set = (index: number, part: Partial<PartyDraft>) =>
    onChange(parties.map((one, at) => (at === index ? { ...one, ...part } : one)));
  return (
    <Fieldset legend={t("party.title")}>
      <Stack gap="sm">
        {parties.length === 0 && (
          <Text size="sm" c="dimmed">
            {t("party.none")}
          </Text>
        )}
        {parties.map((party, index) => (
          <Group key={index} gap="xs" align="flex-end" role="group" aria-label={t("party.nth", { count: index + 1 })}>
            <TextInput
              label={t("party.who")}
              required
              maxLength={200}
              value={party.siapa}
              onChange={(event) => set(index, { siapa: event.currentTarget.value })}
            />
            <TextInput
              type="datetime-local"
              label={t("party.when")}
              required
              value={party.waktu}
              onChange={(event) => set(index, { waktu: event.currentTarget.value })}
            />
            <TextInput
              label={t("party.result")}
              required
              maxLength={2000}
              style={{ flex: "1 1 220px" }}
              value={party.hasil}
              onChange={(event) => set(index, { hasil: event.currentTarget.value })}
            />
            <Button
              variant="default"
              size="xs"
              aria-label={t("party.remove", { count: index + 1 })}
              onClick={() => onChange(parties.filter((_one, at) => at !== index))}
            >
              {t("party.drop")}
            </Button>
          </Group>
        ))}
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: "flex-start" }}
          onClick={() => onChange([...parties, { siapa: "", waktu: "", hasil: "" }])}
        >
          {t("party.add")}
        </Button>
      </Stack>
    </Fieldset>
  );
}
