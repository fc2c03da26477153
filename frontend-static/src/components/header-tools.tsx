// The right side of the header: language, appearance, account.
import {
  ActionIcon,
  Button,
  Popover,
  SegmentedControl,
  Stack,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { CircleUser, Moon, Sun } from "lucide-react";
import { useTranslation } from "react-i18next";
import { signOut } from "../lib/api";
import type { Language } from "../lib/format";
import { switchLanguage } from "../lib/i18n";
import { useMe } from "../lib/queries";
import { withCapacity } from "../lib/signature";
import { useFormatter, useLanguage } from "../lib/use-formatter";
import { sayRefused } from "./feedback";

export function LanguageSwitch() {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("app.language")}
      value={useLanguage()}
      onChange={(value) => switchLanguage(value as Language)}
      data={[
        { value: "id", label: "ID" },
        { value: "en", label: "EN" },
      ]}
    />
  );
}

export function SchemeToggle() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={isDark ? t("app.toLight") : t("app.toDark")}
      onClick={() => setColorScheme(isDark ? "light" : "dark")}
    >
      {isDark ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />}
    </ActionIcon>
  );
}

export function AccountMenu() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const navigate = useNavigate();
  const client = useQueryClient();
  const format = useFormatter();
  if (me === undefined) return null;
  const leave = async () => {
    try {
      await signOut();
      client.clear();
      await navigate({ to: "/masuk", search: {} });
    } catch (error) {
      sayRefused(t, error);
    }
  };
  return (
    <Popover position="bottom-end" withinPortal={false} trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon variant="default" size="lg" aria-label={t("app.account", { nama: me.nama })}>
          <CircleUser size={18} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("app.account", { nama: me.nama })}>
        <Stack gap="xs" maw={280} className="hostile">
          <div>
            <Text fw={600}>{me.nama}</Text>
            <Text size="xs" c="dimmed">
              {me.jabatan || me.username}
            </Text>
            {me.posisi
              .filter(({ kedudukan }) => kedudukan !== "definitif")
              .map((one) => (
                <Text key={one.id} size="xs">
                  {withCapacity(one.jabatan, one.kedudukan)}
                  {one.sampai && ` · ${t("people.until", { sampai: format.day(one.sampai) })}`}
                </Text>
              ))}
          </div>
          <Button size="xs" variant="default" component={Link} to="/sandi">
            {t("app.changePassword")}
          </Button>
          <Button size="xs" variant="default" onClick={() => void leave()}>
            {t("app.signOut")}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
