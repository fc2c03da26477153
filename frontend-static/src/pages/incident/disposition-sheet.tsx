// One lembar disposisi with all its fields. A recipient who has it before him has opened it: that is recorded, once.
import { Badge, Button, Group, Paper, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CornerDownRight, Eye } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { readDisposition } from "../../lib/api";
import { dispositionsKey } from "../../lib/queries";
import type { Disposition, Dispositions, IncidentDetail } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import classes from "./disposition.module.css";
import { ForwardDialog } from "./forward-dialog";

interface Props {
  incident: IncidentDetail;
  item: Disposition;
  data: Dispositions;
}

export function DispositionSheet({ incident, item, data }: Props) {
  const { t } = useTranslation();
  const headingId = useId();
  const [forwarding, setForwarding] = useState(false);
  const isOpen = incident.status === "open";
  useReading(incident.id, item, isOpen);
  return (
    <Paper withBorder p="md" component="article" aria-labelledby={headingId} className={classes.sheet}>
      <Group justify="space-between" align="flex-start" mb="xs">
        <div className="hostile">
          <Title order={3} id={headingId}>
            {item.diteruskan && <CornerDownRight size={16} aria-hidden style={{ marginRight: 6 }} />}
            {t(item.diteruskan ? "disposition.forwardedBy" : "disposition.by", { nama: item.oleh })}
          </Title>
          <Recipients item={item} />
        </div>
        <Group gap="xs">
          {item.untuk_saya && <Badge color="done">{t("disposition.forMe")}</Badge>}
          {item.untuk_saya && isOpen && (
            <Button size="xs" variant="default" onClick={() => setForwarding(true)}>
              {t("disposition.forward")}
            </Button>
          )}
        </Group>
      </Group>
      <Fields item={item} />
      <Readers item={item} />
      <ForwardDialog opened={forwarding} onClose={() => setForwarding(false)} {...{ incident, item, data }} />
    </Paper>
  );
}

/** What a recipient sees on his screen he has opened. */
function useReading(incidentId: string, item: Disposition, isOpen: boolean): void {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: () => readDisposition(incidentId, item.id),
    onSuccess: (answer) => client.setQueryData(dispositionsKey(incidentId), answer),
  });
  const isUnread = item.untuk_saya && !item.sudah_saya_baca && isOpen;
  useEffect(() => {
    if (isUnread) mutate();
  }, [isUnread, mutate]);
}

function Recipients({ item }: { item: Disposition }) {
  const { t } = useTranslation();
  const names = item.kepada.map(({ nama }) => nama);
  const person = item.orang ? [`${item.orang.nama} (${item.orang.jabatan})`] : [];
  return (
    <Text size="sm">
      {t("disposition.to")}: {[...names, ...person].join(", ") || "–"}
    </Text>
  );
}

function Fields({ item }: { item: Disposition }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const day = (value: string | null) => (value ? format.day(value) : "–");
  const rows: [string, string][] = [
    [t("disposition.surat_dari"), item.surat_dari || "–"],
    [t("disposition.nomor_surat"), item.nomor_surat || "–"],
    [t("disposition.tanggal_surat"), day(item.tanggal_surat)],
    [t("disposition.diterima"), day(item.diterima)],
    [t("disposition.nomor_agenda"), item.nomor_agenda || "–"],
    [t("disposition.keamanan"), item.keamanan ? t(`disposition.security.${item.keamanan as "biasa"}`) : "–"],
    [t("disposition.derajat"), item.derajat ? t(`disposition.urgency.${item.derajat as "biasa"}`) : "–"],
    [t("disposition.hal"), item.hal],
    [
      t("disposition.harap"),
      item.harap.map((one) => t(`disposition.ask.${one as "proses_lebih_lanjut"}`)).join("; ") || "–",
    ],
    [t("disposition.catatan"), item.catatan || "–"],
    [t("disposition.paraf"), `${item.oleh}, ${item.jabatan}, ${format.moment(item.pada)}`],
    [t("disposition.step"), `${t("sop.step", { no: item.langkah })}, ${t("incident.round", { count: item.putaran })}`],
  ];
  return (
    <dl className={`${classes.fields} hostile`}>
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd style={{ whiteSpace: "pre-wrap" }}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Readers({ item }: { item: Disposition }) {
  const { t } = useTranslation();
  const format = useFormatter();
  if (item.dibaca.length === 0) {
    return (
      <Text size="sm" c="dimmed" mt="sm">
        {t("disposition.unread")}
      </Text>
    );
  }
  return (
    <ul className="plain-list hostile" aria-label={t("disposition.readers")} style={{ marginTop: 12 }}>
      {item.dibaca.map((read) => (
        <li key={`${read.oleh}.${read.pada}`}>
          <Text size="sm">
            <Eye size={14} aria-hidden style={{ marginRight: 6, verticalAlign: "-2px" }} />
            {t("disposition.readBy", { nama: read.oleh, jabatan: read.jabatan, pada: format.moment(read.pada) })}
          </Text>
        </li>
      ))}
    </ul>
  );
}
