// Files that go with the step: those just uploaded, and a way to add others.
import { CloseButton, Group, Pill, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { EvidenceItem } from "../../lib/types";
import type { Draft } from "./step-draft";
import { UploadButton } from "./upload-button";

interface Props {
  incidentId: string;
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  onAttached: (evidence: EvidenceItem) => void;
}

export function Attachments({ incidentId, draft, onChange, onAttached }: Props) {
  const { t } = useTranslation();
  return (
    <Stack gap={6}>
      {draft.files.length > 0 && (
        <>
          <Text fw={600}>{t("form.attached")}</Text>
          <Group component="ul" gap="xs" className="plain-list">
            {draft.files.map((file) => (
              <li key={file.id}>
                <Group gap={4} wrap="nowrap">
                  <Pill className="hostile" title={file.sha256}>
                    {file.name}
                    {file.kelengkapan ? ` (${file.kelengkapan})` : ""}
                  </Pill>
                  <CloseButton
                    size="sm"
                    aria-label={t("form.remove", { nama: file.name })}
                    onClick={() => onChange({ files: draft.files.filter(({ id }) => id !== file.id) })}
                  />
                </Group>
              </li>
            ))}
          </Group>
        </>
      )}
      <div>
        <UploadButton incidentId={incidentId} label={t("form.otherFiles")} onUploaded={onAttached} />
      </div>
    </Stack>
  );
}
