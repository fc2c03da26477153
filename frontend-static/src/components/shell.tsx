// The frame of every page behind the sign-in: header, menu, live line.
import { AppShell, Burger, Group, NavLink, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import {
  ChartColumn,
  ClipboardList,
  FileWarning,
  Inbox,
  ListChecks,
  RadioTower,
  Search,
  Siren,
  Workflow,
} from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../lib/queries";
import { useLiveStream } from "../lib/stream";
import type { Me } from "../lib/types";
import { AdminNav } from "./admin-nav";
import { NoticeBell } from "./notice-bell";
import { SessionGuard } from "./session-guard";
import { AccountMenu, LanguageSwitch, SchemeToggle } from "./header-tools";

const PAGES = [
  { key: "tugas", to: "/tugas", icon: ListChecks, isForOffice: false },
  { key: "antrean", to: "/antrean", icon: Inbox, isForOffice: true },
  { key: "insiden", to: "/insiden", icon: ClipboardList, isForOffice: false },
  { key: "ringkasan", to: "/ringkasan", icon: ChartColumn, isForOffice: true },
  { key: "lapor", to: "/lapor", icon: FileWarning, isForOffice: false },
  { key: "sop", to: "/sop", icon: Workflow, isForOffice: false },
  { key: "data", to: "/data", icon: Search, isForOffice: true },
  { key: "sumber", to: "/sumber", icon: RadioTower, isForOffice: true },
] as const;

/** Whoever holds the role `pimpinan` in the office the program was set up for, as the server asks for the trail. */
const isLeading = (me: Me) => me.kantor_utama && me.peran.some(({ id }) => id === "pimpinan");

export function Shell() {
  const { t } = useTranslation();
  const [isOpen, menu] = useDisclosure(false);
  const { pathname } = useLocation();
  const { data: me } = useMe();
  // Until a one-time password has been changed, the server answers nothing else.
  const isConnected = useLiveStream(me?.harus_ganti_sandi === false);
  useEffect(menu.close, [pathname, menu.close]);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 220, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <a className="skip-link" href="#isi">
        {t("app.skip")}
      </a>
      <SessionGuard />
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="xs" wrap="nowrap" style={{ minWidth: 0 }}>
            <Burger opened={isOpen} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label={t("app.openMenu")} />
            <Siren size={22} aria-hidden />
            <Text fw={700} size="lg">
              {t("app.name")}
            </Text>
            <Office />
          </Group>
          <Group gap="xs" wrap="nowrap">
            {me?.harus_ganti_sandi === false && <NoticeBell />}
            <LanguageSwitch />
            <SchemeToggle />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" component="nav" aria-label={t("app.menu")}>
        {PAGES.filter((page) => !page.isForOffice || me?.petugas).map(({ key, to, icon: Icon }) => (
          <NavLink
            key={key}
            component={Link}
            to={to}
            label={t(`nav.${key}`)}
            leftSection={<Icon size={17} aria-hidden />}
            active={pathname.startsWith(to)}
            aria-current={pathname.startsWith(to) ? "page" : undefined}
          />
        ))}
        {me && (me.is_admin || isLeading(me)) && <AdminNav isAdmin={me.is_admin} />}
      </AppShell.Navbar>
      <AppShell.Main id="isi" tabIndex={-1}>
        <div role="status">
          {!isConnected && (
            <Text size="xs" fw={600} mb="xs" c="var(--mantine-color-error)">
              {t("app.offline")}
            </Text>
          )}
        </div>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function Office() {
  const { data: me } = useMe();
  return (
    <Text size="xs" c="dimmed" visibleFrom="sm" truncate>
      {me?.kantor}
    </Text>
  );
}
