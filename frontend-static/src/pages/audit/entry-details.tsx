// Everything that an entry's hash covers, in words first and to the letter below.
import { Code, Stack, Table, Text } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { AuditEntry } from "../../lib/oversight-api";
import { useFormatter } from "../../lib/use-formatter";
import { actionText } from "./actions";
import { detailsOf, inWords } from "./details";

export function EntryDetails({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const facts = [
    [t("audit.at"), format.precise(entry.at)],
    [t("audit.actor"), entry.actor_name],
    [t("audit.action"), actionText(t, entry.action)],
    ...detailsOf(entry.details).map(([name, value]) => [factName(name, t), inWords(value)]),
  ];
  return (
    <Stack gap="md">
      {entry.disembunyikan && <Text>{t("audit.otherOfficeHint")}</Text>}
      <Table layout="fixed" aria-label={t("audit.said")}>
        <Table.Tbody>
          {facts.map(([name, value], index) => (
            <Table.Tr key={`${name}.${index}`}>
              <Table.Th scope="row" w="35%" className="hostile">
                {name}
              </Table.Th>
              <Table.Td className="hostile">{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <div>
        <Text fw={600}>{t("audit.hashed")}</Text>
        <Text size="sm" c="dimmed">
          {t("audit.hashedHint")}
        </Text>
        <Code block className="mono" tabIndex={0}>
          {[`SHA-256: ${entry.hash}`, `${t("audit.before")}: ${entry.prev_hash}`, entry.details]
            .filter(Boolean)
            .join("\n")}
        </Code>
      </div>
    </Stack>
  );
}

function factName(name: string, t: TFunction): string {
  const hashed = /^(.*?)_?sha256$/.exec(name);
  if (hashed) return `SHA-256 ${hashed[1]}`.trim();
  const plain = name.replaceAll("_", " ");
  const known = t(`timeline.fact.${name}` as "timeline.fact.langkah", { defaultValue: plain });
  return known.charAt(0).toUpperCase() + known.slice(1);
}
