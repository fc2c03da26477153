// What was received and acknowledged and waits to be read: how much, and since when.
import { Grid } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Fact } from "../../components/fact";
import { Read } from "../../components/feedback";
import { Panel } from "../../components/panel";
import { sizeText } from "../../lib/format";
import { spoolQuery, type SpoolLag } from "../../lib/sources-api";
import { useFormatter, useLanguage } from "../../lib/use-formatter";

export function SpoolPanel() {
  const { t } = useTranslation();
  const spool = useQuery(spoolQuery);
  return (
    <Panel title={t("sources.spool")} hint={t("sources.spoolHint")}>
      <Read query={spool}>{(lag) => <Waiting lag={lag} />}</Read>
    </Panel>
  );
}

function Waiting({ lag }: { lag: SpoolLag }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const language = useLanguage();
  const size = (bytes: number) => sizeText(bytes, language);
  return (
    <Grid>
      <Fact label={t("sources.waits.menunggu")}>{format.number(lag.menunggu)}</Fact>
      <Fact label={t("sources.waits.ukuran")}>
        {t("sources.waits.ofLimit", { size: size(lag.menunggu_byte), limit: size(lag.batas_byte) })}
      </Fact>
      <Fact label={t("sources.waits.umur")}>
        {t("sources.waits.seconds", { shown: format.number(Math.round(lag.terlambat_detik)) })}
      </Fact>
      <Fact label={t("sources.waits.sobek")}>
        {t("sources.waits.files", { shown: format.number(lag.berkas_sobek), size: size(lag.berkas_sobek_byte) })}
      </Fact>
    </Grid>
  );
}
