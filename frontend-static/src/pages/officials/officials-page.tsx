// Accounts, offices and positions, for whoever administers the program: who holds what, since when and by which letter.
import { Button, Checkbox, Group, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { NotFound } from "../../components/not-found";
import { PageHead } from "../../components/page-head";
import { useOfficials, type Office, type Official, type OneTimePassword } from "../../lib/people";
import { useMe, useSops } from "../../lib/queries";
import { roleGroups } from "../../lib/role-options";
import { officesQuery } from "../../lib/time-api";
import { NewOfficeDialog, NewOfficialDialog, OfficeSelect, ShownPassword } from "./account-dialogs";
import { OfficialCard } from "./official-card";

type Doing = "account" | "office" | { made: OneTimePassword } | null;

const EVERY = "";

export function OfficialsPage() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const [doing, setDoing] = useState<Doing>(null);
  const offices = useQuery(officesQuery).data?.items ?? [];
  const officials = useOfficials();
  if (me && !me.is_admin) return <NotFound />;
  const close = () => setDoing(null);
  return (
    <>
      <PageHead title={t("people.title")} subtitle={t("people.subtitle")}>
        <Group gap="xs">
          <Button onClick={() => setDoing("account")}>{t("people.newAccount")}</Button>
          <Button variant="default" onClick={() => setDoing("office")}>
            {t("people.newOffice")}
          </Button>
        </Group>
      </PageHead>
      <Read query={officials}>
        {({ items }) => <Everybody items={items} offices={offices} onPassword={(made) => setDoing({ made })} />}
      </Read>
      {doing === "account" && (
        <NewOfficialDialog offices={offices} onMade={(made) => setDoing({ made })} onClose={close} />
      )}
      {doing === "office" && <NewOfficeDialog onClose={close} />}
      {doing !== null && typeof doing === "object" && <ShownPassword made={doing.made} onClose={close} />}
    </>
  );
}

interface EverybodyProps {
  items: Official[];
  offices: Office[];
  onPassword: (made: OneTimePassword) => void;
}

function Everybody({ items, offices, onPassword }: EverybodyProps) {
  const { t } = useTranslation();
  const { data: sops } = useSops();
  const [text, setText] = useState("");
  const [kantor, setKantor] = useState(EVERY);
  const [withInactive, setWithInactive] = useState(false);
  const words = { all: t("people.everySop"), other: t("people.noSop"), leader: t("people.leader") };
  const roles = roleGroups(sops?.items ?? [], words);
  const byName = [...items].sort((one, other) => one.nama.localeCompare(other.nama));
  const shown = byName.filter(
    (one) =>
      (withInactive || !one.nonaktif) &&
      (kantor === EVERY || one.kantor === kantor || one.posisi.some((held) => held.kantor === kantor)) &&
      wordsOf(one).includes(text.trim().toLowerCase()),
  );
  const everyOffice = { id: EVERY, kode: "", nama: t("people.everyOffice") };
  return (
    <Stack>
      <Group align="flex-end" gap="md">
        <TextInput
          label={t("people.search")}
          type="search"
          w={260}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {offices.length > 1 && <OfficeSelect offices={[everyOffice, ...offices]} value={kantor} onChange={setKantor} />}
        <Checkbox
          mb={8}
          label={t("people.withInactive")}
          checked={withInactive}
          onChange={(event) => setWithInactive(event.currentTarget.checked)}
        />
      </Group>
      {shown.length === 0 && <Empty>{t("people.nobody")}</Empty>}
      {shown.map((one) => (
        <OfficialCard
          key={one.id}
          official={one}
          everybody={items}
          offices={offices}
          roles={roles}
          onPassword={onPassword}
        />
      ))}
    </Stack>
  );
}

const wordsOf = ({ nama, username, jabatan, posisi }: Official): string =>
  [nama, username, jabatan, ...posisi.map((held) => held.jabatan)].join(" ").toLowerCase();
