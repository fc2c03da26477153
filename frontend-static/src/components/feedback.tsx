// What the page says when it waits, finds nothing, or was refused.
import { Alert, Button, Center, Loader, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { TFunction } from "i18next";
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Refusal } from "../lib/http";

/** The server's own sentence where it gave one. */
export function errorText(t: TFunction, error: unknown): string {
  if (!(error instanceof Refusal)) return t("error.unknown");
  if (error.message) return error.message;
  return error.status === 0 ? t("error.unreachable") : t("error.status", { status: error.status });
}

export function RefusalAlert({ error, title, onRetry }: { error: unknown; title?: string; onRetry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert
      color="red"
      role="alert"
      title={title ?? t("error.title")}
      icon={<CircleAlert aria-hidden />}
      variant="outline"
      c="var(--mantine-color-text)"
    >
      <Stack gap="xs" align="flex-start">
        <Text className="hostile">{errorText(t, error)}</Text>
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t("app.retry")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

export function Loading() {
  const { t } = useTranslation();
  return (
    <Center p="xl" role="status" aria-label={t("app.loading")}>
      <Loader size="sm" />
    </Center>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return (
    <Center p="xl" mih={120}>
      <Text c="dimmed" ta="center">
        {children}
      </Text>
    </Center>
  );
}

interface Readable<Data> {
  data: Data | undefined;
  error: Error | null;
  refetch: () => unknown;
}

/** What was read, or why there is nothing yet. Old data stays on screen while a new reading fails. */
export function Read<Data>({ query, children }: { query: Readable<Data>; children: (data: Data) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <RefusalAlert error={query.error} onRetry={() => void query.refetch()} />;
  return <Loading />;
}

export function sayDone(message: string, closeLabel: string): void {
  notifications.show({ message, color: "done", closeButtonProps: { "aria-label": closeLabel } });
}

export function sayRefused(t: TFunction, error: unknown): void {
  notifications.show({
    title: t("error.title"),
    message: errorText(t, error),
    color: "red",
    autoClose: 10_000,
    closeButtonProps: { "aria-label": t("app.close") },
  });
}
