// Signed copies in a document's place, as their signatures state themselves, and the local seal.
import { Anchor, Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Stamp } from "lucide-react";
import { useTranslation } from "react-i18next";
import { sayDone, sayRefused } from "../../components/feedback";
import { SendFileButton } from "../../components/file-button";
import {
  attachCopy,
  copyUrl,
  sealDocument,
  type CopyKind,
  type DocumentDetail,
  type DocumentPlace,
  type SignedCopy,
} from "../../lib/paper";
import { useFormatter } from "../../lib/use-formatter";

interface Props {
  place: DocumentPlace;
  document: DocumentDetail;
  mayAct: boolean;
}

export function SignedCopies({ place, document, mayAct }: Props) {
  const { t } = useTranslation();
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {t("documents.signing")}
      </Title>
      <Text size="sm" mb="xs">
        {t(`documents.signed.${document.status_tanda_tangan}`)}
      </Text>
      <Stack gap="sm">
        {document.salinan.map((copy) => (
          <Copy key={copy.id} place={place} copy={copy} />
        ))}
        {document.salinan.some((copy) => copy.jenis === "bsre") && (
          <Text size="xs" c="dimmed">
            {t("documents.statedHint")}
          </Text>
        )}
        {mayAct && document.status === "ready" && <Actions place={place} document={document} />}
      </Stack>
    </section>
  );
}

function Actions({ place, document }: { place: DocumentPlace; document: DocumentDetail }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const settle = {
    onSuccess: (copy: SignedCopy) => {
      sayDone(t(copy.utuh ? "documents.attached" : "documents.attachedAltered"), t("app.close"));
      void client.invalidateQueries({ queryKey: ["incidents", "documents"] });
    },
    onError: (error: Error) => sayRefused(t, error),
  };
  const attach = useMutation({
    mutationFn: ({ kind, file }: { kind: CopyKind; file: File }) => attachCopy(place, kind, file),
    ...settle,
  });
  const seal = useMutation({ mutationFn: () => sealDocument(place), ...settle });
  const isSealed = document.salinan.some((one) => one.jenis === "segel_lokal" && one.revisi === document.revisi);
  return (
    <Stack gap={6}>
      <Group gap="xs">
        <SendFileButton
          label={t("documents.attachScan")}
          accept="application/pdf,image/jpeg,image/png"
          busy={attach.isPending}
          onFile={(file) => attach.mutate({ kind: "pindaian", file })}
        />
        <SendFileButton
          label={t("documents.attachBsre")}
          accept="application/pdf"
          busy={attach.isPending}
          onFile={(file) => attach.mutate({ kind: "bsre", file })}
        />
        {!isSealed && (
          <Button
            size="compact-sm"
            variant="default"
            loading={seal.isPending}
            leftSection={<Stamp size={14} aria-hidden />}
            onClick={() => seal.mutate()}
          >
            {t("documents.seal")}
          </Button>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {t("documents.sealHint")}
      </Text>
    </Stack>
  );
}

function Copy({ place, copy }: { place: DocumentPlace; copy: SignedCopy }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <div className="hostile">
      <Group gap="xs">
        <Anchor href={copyUrl(place, copy.id)} download>
          {copy.nama}
        </Anchor>
        <Badge variant="outline" c="var(--mantine-color-text)" bd="1px solid var(--tg-idle)">
          {t(`documents.signed.${copy.jenis}`)} · {t("documents.revision", { revisi: copy.revisi })}
        </Badge>
        {!copy.utuh && (
          <Badge color="critical" variant="filled">
            {t("documents.altered")}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {copy.oleh} · {format.moment(copy.pada)}
      </Text>
      {copy.tanda_tangan.map((one, index) => (
        <Text key={index} size="sm">
          {t("documents.stated", {
            penanda: one.penanda,
            penerbit: one.penerbit,
            waktu: one.waktu ? format.moment(one.waktu) : "–",
          })}
        </Text>
      ))}
    </div>
  );
}
