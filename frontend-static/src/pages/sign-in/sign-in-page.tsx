// Sign in with an account; goes back to where the reader was.
import { Button, Center, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate, useRouter } from "@tanstack/react-router";
import { Siren } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert } from "../../components/feedback";
import { LanguageSwitch, SchemeToggle } from "../../components/header-tools";
import { useTitle } from "../../components/page-head";
import { signIn } from "../../lib/api";

const route = getRouteApi("/masuk");

export function SignInPage() {
  const { t } = useTranslation();
  useTitle(t("signIn.title"));
  return (
    <Center mih="100vh" p="md" component="main" style={{ background: "var(--tg-surface)" }}>
      <Stack w="100%" maw={380}>
        <Group justify="space-between">
          <Group gap="xs">
            <Siren size={26} aria-hidden />
            <div>
              <Text fw={700} size="lg" lh={1.2}>
                {t("app.name")}
              </Text>
              <Text size="xs" c="dimmed">
                {t("app.subtitle")}
              </Text>
            </div>
          </Group>
          <Group gap="xs">
            <LanguageSwitch />
            <SchemeToggle />
          </Group>
        </Group>
        <Paper withBorder p="lg" shadow="sm">
          <Title order={1} mb="md">
            {t("signIn.title")}
          </Title>
          <SignInForm />
        </Paper>
      </Stack>
    </Center>
  );
}

function SignInForm() {
  const { t } = useTranslation();
  const { kembali } = route.useSearch();
  const client = useQueryClient();
  const router = useRouter();
  const navigate = useNavigate();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const attempt = useMutation({
    mutationFn: () => signIn(username.trim(), password),
    onSuccess: async () => {
      client.clear();
      const target = ownAddress(kembali);
      if (target) router.history.push(target);
      else await navigate({ to: "/tugas" });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {attempt.error && <RefusalAlert error={attempt.error} />}
        <TextInput
          label={t("signIn.username")}
          autoComplete="username"
          autoCapitalize="none"
          required
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("signIn.password")}
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={attempt.isPending} fullWidth>
          {t("signIn.submit")}
        </Button>
      </Stack>
    </form>
  );
}

/** A link may name any address; only one of this page is followed. */
function ownAddress(address: string | undefined): string | null {
  return address?.startsWith("/") && !address.startsWith("//") && !address.startsWith("/\\") ? address : null;
}
