// Change the own password; forced where the present one works only once.
import { Alert, Button, Paper, PasswordInput, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert, sayDone } from "../../components/feedback";
import { PageHead } from "../../components/page-head";
import { changePassword } from "../../lib/api";
import { useMe } from "../../lib/queries";

export function PasswordPage() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  return (
    <Stack maw={460}>
      <PageHead title={t("password.title")} />
      {me?.harus_ganti_sandi && (
        <Alert color="indigo" variant="outline" c="var(--mantine-color-text)">
          {t("password.forced")}
        </Alert>
      )}
      <Paper withBorder p="lg">
        <PasswordForm />
      </Paper>
    </Stack>
  );
}

function PasswordForm() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [repeated, setRepeated] = useState("");
  const differs = repeated !== "" && repeated !== fresh;
  const change = useMutation({
    mutationFn: () => changePassword(old, fresh),
    onSuccess: async () => {
      await client.invalidateQueries();
      sayDone(t("password.done"), t("app.close"));
      await navigate({ to: "/tugas" });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!differs) change.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {change.error && <RefusalAlert error={change.error} />}
        <PasswordInput
          label={t("password.old")}
          autoComplete="current-password"
          required
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("password.new")}
          description={t("password.newHint")}
          autoComplete="new-password"
          required
          value={fresh}
          onChange={(event) => setFresh(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("password.repeat")}
          autoComplete="new-password"
          required
          value={repeated}
          onChange={(event) => setRepeated(event.currentTarget.value)}
          error={differs ? t("password.differs") : undefined}
        />
        <Button type="submit" loading={change.isPending}>
          {t("password.submit")}
        </Button>
      </Stack>
    </form>
  );
}
