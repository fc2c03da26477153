// The bell in the header: what the reader is told, newest first; the stream rings it.
import { ActionIcon, Button, Group, Indicator, Popover, Stack, Text, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Bell } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { noticesQuery, readAllNotices, readNotice, type Notice } from "../lib/time-api";
import { useFormatter, useLanguage } from "../lib/use-formatter";
import { sayRefused } from "./feedback";

const MOST_COUNTED = 99;

export function NoticeBell() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery(noticesQuery);
  const unread = data?.belum_dibaca ?? 0;
  const count = unread > MOST_COUNTED ? `${MOST_COUNTED}+` : String(unread);
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-end"
      shadow="md"
      withinPortal={false}
      trapFocus
      returnFocus
    >
      {/* The indicator stands around the target: what opens a dialog has to be the button itself. */}
      <Indicator label={count} size={16} disabled={unread === 0} color="red.9" offset={4}>
        <Popover.Target>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t("notices.bell", { count: unread })}
            onClick={() => setOpen(!isOpen)}
          >
            <Bell size={17} aria-hidden />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown aria-label={t("notices.title")} p="xs">
        <NoticeList notices={data?.items ?? []} unread={unread} onLeave={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function NoticeList({ notices, unread, onLeave }: { notices: Notice[]; unread: number; onLeave: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const readAll = useMutation({
    mutationFn: readAllNotices,
    onSuccess: () => client.invalidateQueries(noticesQuery),
    onError: (error) => sayRefused(t, error),
  });
  return (
    <Stack gap="xs" w={340} maw="85vw">
      <Group justify="space-between" wrap="nowrap">
        <Text fw={700}>{t("notices.title")}</Text>
        <Button
          size="compact-xs"
          variant="default"
          disabled={unread === 0}
          loading={readAll.isPending}
          onClick={() => readAll.mutate()}
        >
          {t("notices.readAll")}
        </Button>
      </Group>
      {notices.length === 0 && (
        <Text c="dimmed" size="sm">
          {t("notices.empty")}
        </Text>
      )}
      {notices.length > 0 && (
        <Stack
          component="ul"
          gap={2}
          mah="60vh"
          style={{ overflowY: "auto", listStyle: "none", padding: 0, margin: 0 }}
        >
          {notices.map((one) => (
            <li key={one.id}>
              <NoticeLine notice={one} onLeave={onLeave} />
            </li>
          ))}
        </Stack>
      )}
    </Stack>
  );
}

function NoticeLine({ notice, onLeave }: { notice: Notice; onLeave: () => void }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const language = useLanguage();
  const navigate = useNavigate();
  const client = useQueryClient();
  const read = useMutation({
    mutationFn: () => readNotice(notice.id),
    onSuccess: () => client.invalidateQueries(noticesQuery),
    onError: (error) => sayRefused(t, error),
  });
  const open = () => {
    if (!notice.dibaca) read.mutate();
    onLeave();
    if (notice.incident_id) void navigate({ to: "/insiden/$id", params: { id: notice.incident_id }, search: {} });
  };
  return (
    <UnstyledButton onClick={open} p={6} w="100%" className="hostile" style={{ borderRadius: 4 }}>
      <Text size="sm" fw={notice.dibaca ? 400 : 700}>
        {language === "id" ? notice.kalimat : notice.kalimat_en}
      </Text>
      <Text size="xs" c="dimmed">
        <time dateTime={notice.at}>{format.moment(notice.at)}</time>
        {!notice.dibaca && ` · ${t("notices.unread")}`}
      </Text>
    </UnstyledButton>
  );
}
