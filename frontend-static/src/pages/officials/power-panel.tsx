// What an account may do today and why: by which position and letter, which steps of which SOP, and what waits for it.
import { Alert, Anchor, List, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Read } from "../../components/feedback";
import { usePower, type PositionPower, type PowerToday } from "../../lib/people";
import { withCapacity } from "../../lib/signature";
import { useFormatter, useLanguage } from "../../lib/use-formatter";
import { GroundsOfPosition } from "./position-list";

export function PowerPanel({ officialId, nama }: { officialId: string; nama: string }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("people.powerOf", { nama })}>
      <Read query={usePower(officialId)}>{(power) => <Power power={power} />}</Read>
    </section>
  );
}

function Power({ power }: { power: PowerToday }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <Stack gap="xs">
      <Text fw={600}>{t("people.powerToday", { hari: format.day(power.hari) })}</Text>
      {power.tanpa_kuasa && (
        <Alert variant="outline" c="var(--mantine-color-text)">
          {t(`people.powerless.${power.tanpa_kuasa}`)}
        </Alert>
      )}
      {power.jabatan.map((one) => (
        <ByPosition key={one.posisi.id} power={one} />
      ))}
      <Waiting power={power} />
    </Stack>
  );
}

function ByPosition({ power }: { power: PositionPower }) {
  const { t } = useTranslation();
  const isEnglish = useLanguage() === "en";
  const { posisi, sop } = power;
  const isLeader = posisi.peran.includes("pimpinan");
  return (
    <div className="hostile">
      <Text size="sm" fw={600}>
        {t("people.because", { jabatan: withCapacity(posisi.jabatan, posisi.kedudukan) })}
      </Text>
      <GroundsOfPosition position={posisi} />
      <List size="sm" withPadding>
        {sop.map((one) => (
          <List.Item key={one.id}>
            {t("people.steps", {
              langkah: one.langkah.join(", "),
              sop: (isEnglish && one.judul_en) || one.judul,
              instansi: one.instansi,
              peran: one.peran.join(", "),
            })}
          </List.Item>
        ))}
        {isLeader && <List.Item>{t("people.reads")}</List.Item>}
        {sop.length === 0 && !isLeader && <List.Item>{t("people.noSteps")}</List.Item>}
      </List>
    </div>
  );
}

function Waiting({ power }: { power: PowerToday }) {
  const { t } = useTranslation();
  if (power.tanpa_kuasa) return null;
  if (power.menunggu.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("people.nothingWaits")}
      </Text>
    );
  }
  return (
    <div className="hostile">
      <Text size="sm" fw={600}>
        {t("people.waits", { count: power.menunggu.length })}
      </Text>
      <List size="sm" withPadding>
        {power.menunggu.map((one) => (
          <List.Item key={`${one.insiden}.${one.no}`}>
            <Anchor component={Link} to={`/insiden/${encodeURIComponent(one.insiden)}`}>
              {one.nomor} · {t("sop.step", { no: one.no })}
            </Anchor>{" "}
            {one.judul}
            {one.satu_satunya && <b> – {t("people.onlyOne")}</b>}
          </List.Item>
        ))}
      </List>
      {power.insiden_menunggu > power.menunggu.length && (
        <Text size="xs" c="dimmed">
          {t("people.waitsMore", { count: power.insiden_menunggu })}
        </Text>
      )}
    </div>
  );
}
