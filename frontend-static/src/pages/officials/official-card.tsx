// One account: who it is, its positions, and what the administrator may do about it.
import { Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Office, Official, OneTimePassword, Position } from "../../lib/people";
import { useMe } from "../../lib/queries";
import type { RoleGroup } from "../../lib/role-options";
import { DisableDialog, EnableDialog, PasswordDialog } from "./account-dialogs";
import { EndPositionDialog, GivePositionDialog } from "./position-dialogs";
import { PositionList } from "./position-list";
import { PowerPanel } from "./power-panel";

interface Props {
  official: Official;
  everybody: Official[];
  offices: Office[];
  roles: RoleGroup[];
  onPassword: (made: OneTimePassword) => void;
}

type Doing = "give" | "password" | "disable" | "enable" | { end: Position } | null;

export function OfficialCard({ official, everybody, offices, roles, onPassword }: Props) {
  const [doing, setDoing] = useState<Doing>(null);
  const [isOpen, setOpen] = useState(false);
  const close = () => setDoing(null);
  const showPassword = (made: OneTimePassword) => {
    close();
    onPassword(made);
  };
  return (
    <Paper withBorder p="md" component="article" aria-label={official.nama}>
      <Stack gap="sm">
        <Head official={official} offices={offices} />
        <PositionList
          positions={official.posisi}
          isDisabled={official.nonaktif}
          offices={offices}
          roles={roles}
          onEnd={(end) => setDoing({ end })}
        />
        {isOpen && <PowerPanel officialId={official.id} nama={official.nama} />}
        <Actions official={official} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} onDo={setDoing} />
      </Stack>
      {doing === "give" && (
        <GivePositionDialog official={official} everybody={everybody} offices={offices} roles={roles} onClose={close} />
      )}
      {doing === "password" && <PasswordDialog official={official} onMade={showPassword} onClose={close} />}
      {doing === "enable" && <EnableDialog official={official} onMade={showPassword} onClose={close} />}
      {doing === "disable" && <DisableDialog official={official} onClose={close} />}
      {doing !== null && typeof doing === "object" && <EndPositionDialog position={doing.end} onClose={close} />}
    </Paper>
  );
}

function Head({ official, offices }: { official: Official; offices: Office[] }) {
  const { t } = useTranslation();
  const office = offices.length > 1 ? offices.find(({ id }) => id === official.kantor)?.nama : undefined;
  const marks = [
    official.nonaktif && t("people.inactive"),
    official.is_admin && t("people.admin"),
    official.harus_ganti_sandi && !official.nonaktif && t("people.mustChange"),
  ].filter((mark) => typeof mark === "string");
  return (
    <div className="hostile">
      <Group gap="xs">
        <Title order={2} size="h4">
          {official.nama}
        </Title>
        {marks.map((mark) => (
          <Badge key={mark} variant="outline" c="var(--mantine-color-text)" bd="1px solid var(--tg-idle)">
            {mark}
          </Badge>
        ))}
      </Group>
      <Text size="sm" c="dimmed">
        {[official.username, official.jabatan, office].filter(Boolean).join(" · ")}
      </Text>
    </div>
  );
}

interface ActionsProps {
  official: Official;
  isOpen: boolean;
  onToggle: () => void;
  onDo: (doing: Doing) => void;
}

function Actions({ official, isOpen, onToggle, onDo }: ActionsProps) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const { nama } = official;
  const isSelf = me?.id === official.id;
  return (
    <Group gap="xs">
      <Button
        size="xs"
        variant="default"
        aria-expanded={isOpen}
        aria-label={t("people.powerOf", { nama })}
        onClick={onToggle}
      >
        {t("people.power")}
      </Button>
      {!official.nonaktif && (
        <Button size="xs" variant="default" aria-label={t("people.giveTo", { nama })} onClick={() => onDo("give")}>
          {t("people.give")}
        </Button>
      )}
      {official.nonaktif && (
        <Button size="xs" variant="default" aria-label={t("people.enableOf", { nama })} onClick={() => onDo("enable")}>
          {t("people.enable")}
        </Button>
      )}
      {!official.nonaktif && !isSelf && (
        <>
          <Button
            size="xs"
            variant="default"
            aria-label={t("people.passwordOf", { nama })}
            onClick={() => onDo("password")}
          >
            {t("people.oneTimePassword")}
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={t("people.disableOf", { nama })}
            onClick={() => onDo("disable")}
          >
            {t("people.disable")}
          </Button>
        </>
      )}
    </Group>
  );
}
