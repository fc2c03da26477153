// What a draft changes; the administrator puts it in force with a reason, confirming the difference they see, and no other.
import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";
import { Loading, RefusalAlert, sayDone } from "../../components/feedback";
import { putInForce } from "../../lib/api";
import { useDifference } from "../../lib/queries";
import type { SopDifference } from "../../lib/types";
import { versionName } from "../../lib/version-name";
import { DifferenceView } from "./difference-view";

interface Props {
  sopId: string;
  nomor: number;
  mayEnforce: boolean;
  opened: boolean;
  onClose: () => void;
}

export function EnforceDialog({ opened, ...rest }: Props) {
  const { t } = useTranslation();
  const { nomor, mayEnforce, onClose } = rest;
  const title = mayEnforce ? t("editor.enforceTitle", { nomor }) : t("editor.compareTitle", { nomor });
  return (
    <Dialog opened={opened} onClose={onClose} title={title} size="lg">
      <Confirmation {...rest} />
    </Dialog>
  );
}

function Confirmation({ sopId, nomor, mayEnforce, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const difference = useDifference(sopId, nomor);
  const [reason, setReason] = useState("");
  const enforce = useMutation({
    mutationFn: (seen: SopDifference) =>
      putInForce(sopId, nomor, { sha256: seen.sha256_baru, menggantikan: seen.sha256_lama, alasan: reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["sops"] });
      sayDone(t("editor.enforced", { nomor }), t("app.close"));
      onClose();
    },
    // What was looked at is no longer what is there: it is read again, to be looked at again.
    onError: () => void difference.refetch(),
  });
  const seen = difference.data;
  return (
    <Stack gap="sm">
      {mayEnforce && <Text size="sm">{t("editor.enforceExplained")}</Text>}
      {enforce.error && <RefusalAlert error={enforce.error} />}
      {difference.error && <RefusalAlert error={difference.error} />}
      {difference.isPending && <Loading />}
      {seen && (
        <>
          <Text size="sm" fw={600}>
            {t("editor.comparedWith", { lama: versionName(t, seen.lama), baru: versionName(t, seen.baru) })}
          </Text>
          <DifferenceView difference={seen} />
        </>
      )}
      {mayEnforce && (
        <>
          <Textarea
            label={t("editor.enforceReason")}
            description={t("editor.enforceReasonHint")}
            required
            autosize
            minRows={2}
            maxLength={2_000}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("app.cancel")}
            </Button>
            <Button
              loading={enforce.isPending}
              disabled={!seen || difference.isFetching || reason.trim() === ""}
              onClick={() => seen && enforce.mutate(seen)}
            >
              {t("editor.enforce")}
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}
