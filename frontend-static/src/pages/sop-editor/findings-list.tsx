// What the server finds wrong in the draft, or against itself; a finding leads to its field.
import { Anchor, Badge, Group, List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SopFinding } from "../../lib/types";

export function FindingsList({
  findings,
  onGo,
}: {
  findings: SopFinding[];
  onGo?: (place: SopFinding["tempat"]) => void;
}) {
  const { t } = useTranslation();
  if (findings.length === 0) return <Text size="sm">{t("editor.noFindings")}</Text>;
  const errorsFirst = [...findings].sort(
    (one, other) => Number(one.tingkat !== "galat") - Number(other.tingkat !== "galat"),
  );
  return (
    <List size="sm" spacing={6} listStyleType="none" aria-label={t("editor.findings")}>
      {errorsFirst.map((finding, index) => (
        <List.Item key={index}>
          <Group gap={6} align="baseline">
            <Badge size="sm" variant="filled" color={finding.tingkat === "galat" ? "critical" : "medium"}>
              {t(`editor.severity.${finding.tingkat}`)}
            </Badge>
            {onGo && finding.tempat.length > 0 ? (
              <Anchor component="button" type="button" size="sm" onClick={() => onGo(finding.tempat)}>
                {finding.di}
              </Anchor>
            ) : (
              <Text span size="sm" fw={500}>
                {finding.di}
              </Text>
            )}
            <Text span size="sm" className="hostile">
              {finding.alasan}
            </Text>
          </Group>
        </List.Item>
      ))}
    </List>
  );
}
