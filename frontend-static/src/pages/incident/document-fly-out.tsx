// One document: its numbers and code, what TU gave it, signed copies in its place, and the revisions before.
import { Anchor, Badge, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FlyOut } from "../../components/dialog";
import { Read } from "../../components/feedback";
import { revisionUrl, useDocument, type DocumentDetail, type DocumentPlace } from "../../lib/paper";
import { useFormatter } from "../../lib/use-formatter";
import { PartsForm } from "./document-parts-form";
import { OfficialNumberForm } from "./official-number-form";
import { SignedCopies } from "./signed-copies";

interface Props {
  place: DocumentPlace;
  mayAct: boolean;
  onClose: () => void;
}

export function DocumentFlyOut({ place, mayAct, onClose }: Props) {
  const { t } = useTranslation();
  const query = useDocument(place);
  return (
    <FlyOut opened onClose={onClose} title={query.data?.title ?? t("documents.title")}>
      <Read query={query}>
        {(document) => (
          <Stack gap="lg">
            <Facts document={document} />
            <SignedCopies place={place} document={document} mayAct={mayAct} />
            {/* Keyed by the revision: a form that was sent begins anew with what is there by then. */}
            {mayAct && <OfficialNumberForm key={`n${document.revisi}`} place={place} document={document} />}
            {mayAct && <PartsForm key={`p${document.revisi}`} place={place} document={document} />}
            <Revisions place={place} document={document} />
          </Stack>
        )}
      </Read>
    </FlyOut>
  );
}

function Facts({ document }: { document: DocumentDetail }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const official = [document.nomor_naskah, document.tanggal_naskah && format.day(document.tanggal_naskah)];
  const rows = [
    [t("documents.number"), document.nomor],
    [t("documents.revisionLabel"), String(document.revisi)],
    [t("documents.official"), official.filter(Boolean).join(", ")],
    [t("documents.template"), document.templat_kantor ? t("documents.templateOwn") : t("documents.templateShipped")],
  ] as const;
  return (
    <div>
      <dl className="facts hostile">
        {rows.map(([label, value]) => (
          <Group key={label} gap="xs" align="baseline" wrap="nowrap">
            <Text component="dt" size="sm" c="dimmed" miw={185}>
              {label}
            </Text>
            <Text component="dd" size="sm" m={0}>
              {value || "–"}
            </Text>
          </Group>
        ))}
      </dl>
      {document.kode_verifikasi && (
        <div>
          <Text size="sm" c="dimmed">
            {t("documents.code")}
          </Text>
          <Text className="mono" size="lg" fw={600}>
            {document.kode_verifikasi}
          </Text>
          <Text size="xs" c="dimmed">
            {t("documents.codeHint")}
          </Text>
        </div>
      )}
    </div>
  );
}

function Revisions({ place, document }: { place: DocumentPlace; document: DocumentDetail }) {
  const { t } = useTranslation();
  const format = useFormatter();
  if (document.revisi_lama.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {t("documents.earlier")}
      </Title>
      <Stack gap="sm">
        {document.revisi_lama.map((past) => (
          <div key={past.revisi} className="hostile">
            <Group gap="xs">
              <Badge variant="outline" c="var(--mantine-color-text)" bd="1px solid var(--tg-idle)">
                {t("documents.revision", { revisi: past.revisi })}
              </Badge>
              {past.pdf_sha256 && (
                <Anchor
                  href={revisionUrl(place, past.revisi, "pdf")}
                  download
                  aria-label={t("documents.downloadRevision", { revisi: past.revisi })}
                >
                  PDF
                </Anchor>
              )}
            </Group>
            <Text size="sm">
              {t("documents.replaced", { oleh: past.diganti_oleh, waktu: format.moment(past.diganti_pada) })}
            </Text>
            <Text size="sm">{[past.nomor_naskah, past.alasan].filter(Boolean).join(" · ")}</Text>
            {past.pdf_sha256 && (
              <Text size="xs" className="mono" c="dimmed">
                SHA-256 {past.pdf_sha256}
              </Text>
            )}
          </div>
        ))}
      </Stack>
    </section>
  );
}
