// The part of the menu for whoever administers the program: one group, "Kelola".
import { NavLink, Text } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import { CalendarDays, FileText, Radar, ShieldCheck, Users } from "lucide-react";
import { useTranslation } from "react-i18next";

const ADMIN_PAGES = [
  { key: "pejabat", to: "/kelola/pejabat", icon: Users },
  { key: "kalender", to: "/kelola/kalender", icon: CalendarDays },
  { key: "naskah", to: "/kelola/naskah", icon: FileText },
  { key: "aturan", to: "/kelola/aturan", icon: Radar },
] as const;
const AUDIT_PAGES = [{ key: "audit", to: "/kelola/audit", icon: ShieldCheck }] as const;

/** The leadership has the audit trail alone. */
export function AdminNav({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <>
      <Text size="xs" c="dimmed" fw={700} mt="md" px="sm">
        {t("nav.kelola")}
      </Text>
      {[...(isAdmin ? ADMIN_PAGES : []), ...AUDIT_PAGES].map(({ key, to, icon: Icon }) => (
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
    </>
  );
}
