// The kelengkapan of the active step: what is there, what is missing, and how to give it (a file, or nihil with a reason).
import { Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { CircleCheck, CircleDashed } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { EvidenceItem, Requirement } from "../../lib/types";
import type { Draft } from "./step-draft";
import { UploadButton } from "./upload-button";

interface Props {
  incidentId: string;
  items: Requirement[];
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  onAttached: (evidence: EvidenceItem) => void;
}

export function Requirements({ incidentId, items, draft, onChange, onAttached }: Props) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <div>
      <Text fw={600} mb={4}>
        {t("form.requirements")}
      </Text>
      <Stack component="ul" gap="xs" className="plain-list">
        {items.map((item) => (
          <RequirementItem key={item.nama} {...{ incidentId, item, draft, onChange, onAttached }} />
        ))}
      </Stack>
    </div>
  );
}

type ItemProps = Omit<Props, "items"> & { item: Requirement };

function RequirementItem({ incidentId, item, draft, onChange, onAttached }: ItemProps) {
  const { t } = useTranslation();
  const isNihil = item.nama in draft.nihil;
  const setNihil = (reason: string | null) => {
    const { [item.nama]: _dropped, ...others } = draft.nihil;
    onChange({ nihil: reason === null ? others : { ...others, [item.nama]: reason } });
  };
  return (
    <li>
      <Group gap="xs">
        <ItemState item={item} />
        {!item.terpenuhi && !isNihil && (
          <UploadButton
            incidentId={incidentId}
            kelengkapan={item.nama}
            onUploaded={onAttached}
            label={t("form.upload")}
            hiddenLabel={t("form.uploadFor", { nama: item.nama })}
          />
        )}
        {!item.terpenuhi && item.boleh_nihil && (
          <Checkbox
            label={t("form.nihil")}
            aria-label={t("form.nihilFor", { nama: item.nama })}
            checked={isNihil}
            onChange={(event) => setNihil(event.currentTarget.checked ? "" : null)}
          />
        )}
      </Group>
      {!item.terpenuhi && isNihil && (
        <TextInput
          mt={4}
          maw={520}
          label={t("form.nihilReason", { nama: item.nama })}
          withAsterisk
          value={draft.nihil[item.nama] ?? ""}
          onChange={(event) => setNihil(event.currentTarget.value)}
        />
      )}
    </li>
  );
}

function ItemState({ item }: { item: Requirement }) {
  const { t } = useTranslation();
  const state = item.terpenuhi ? (item.oleh ? t("form.metBy", { oleh: item.oleh }) : t("form.met")) : t("form.unmet");
  return (
    <Group gap={6} wrap="nowrap" className="hostile">
      {item.terpenuhi ? (
        <CircleCheck size={17} color="var(--tg-done)" aria-hidden />
      ) : (
        <CircleDashed size={17} aria-hidden />
      )}
      <Text>
        {item.nama}
        {item.jenis === "alat" && ` (${t("form.tool")})`}
        <Text component="span" c="dimmed" size="xs">
          {" – "}
          {state}
        </Text>
      </Text>
    </Group>
  );
}
