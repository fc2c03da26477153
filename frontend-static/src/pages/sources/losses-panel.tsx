// What became of messages that nobody acknowledges: how many came, how many are stored, and how each of the others was lost.
import { Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Read } from "../../components/feedback";
import { Panel } from "../../components/panel";
import { Rows } from "../../components/rows";
import { gelfLossesQuery, syslogLossesQuery, type GelfLosses, type SyslogLosses } from "../../lib/sources-api";
import { useFormatter } from "../../lib/use-formatter";

const COUNTS = [
  "diterima",
  "tersimpan",
  "hilang_antrean_penuh",
  "hilang_di_sistem",
  "hilang_saat_proses_mati",
  "terpotong",
  "koneksi_ditolak",
  "koneksi_rusak",
  "jabat_tangan_gagal",
  "tidak_lengkap",
  "potongan_ditolak",
  "tidak_terbaca",
] as const;

export function LossesPanel() {
  const { t } = useTranslation();
  const syslog = useQuery(syslogLossesQuery);
  const gelf = useQuery(gelfLossesQuery);
  return (
    <Panel title={t("sources.losses")} hint={t("sources.lossesHint")}>
      <Read query={syslog}>{(ofSyslog) => <Losses syslog={ofSyslog} gelf={gelf.data} />}</Read>
    </Panel>
  );
}

function Losses({ syslog, gelf }: { syslog: SyslogLosses; gelf: GelfLosses | undefined }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const shown = (
    counts: Partial<Record<(typeof COUNTS)[number], number>> | undefined,
    name: (typeof COUNTS)[number],
  ) => {
    const count = counts?.[name];
    return count === undefined ? "–" : format.number(count);
  };
  return (
    <Rows heads={[t("sources.what"), "Syslog", "GELF"]} minWidth={300}>
      {COUNTS.map((name) => (
        <Table.Tr key={name}>
          <Table.Td>{t(`sources.count.${name}`)}</Table.Td>
          <Table.Td>{shown(syslog, name)}</Table.Td>
          <Table.Td>{shown(gelf, name)}</Table.Td>
        </Table.Tr>
      ))}
    </Rows>
  );
}
