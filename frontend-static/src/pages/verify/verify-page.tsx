// Open to everybody: whether a paper is one of this office's, by its code or by the file. Shows nothing it says.
import { Alert, Anchor, Button, Center, Group, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Siren } from "lucide-react";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { RefusalAlert } from "../../components/feedback";
import { SendFileButton } from "../../components/file-button";
import { LanguageSwitch, SchemeToggle } from "../../components/header-tools";
import { useTitle } from "../../components/page-head";
import { verifyCode, verifyFile, type Verified } from "../../lib/paper";
import { useFormatter } from "../../lib/use-formatter";

const route = getRouteApi("/verifikasi");

export function VerifyPage() {
  const { t } = useTranslation();
  useTitle(t("verify.title"));
  return (
    <Center mih="100vh" p="md" component="main" style={{ background: "var(--tg-surface)" }}>
      <Stack w="100%" maw={560}>
        <Group justify="space-between">
          <Group gap="xs">
            <Siren size={26} aria-hidden />
            <Text fw={700} size="lg">
              {t("app.name")}
            </Text>
          </Group>
          <Group gap="xs">
            <LanguageSwitch />
            <SchemeToggle />
          </Group>
        </Group>
        <Paper withBorder p="lg" shadow="sm">
          <Title order={1} mb="xs">
            {t("verify.title")}
          </Title>
          <Text mb="md">{t("verify.subtitle")}</Text>
          <Check />
        </Paper>
        <Anchor component={Link} to="/masuk" size="sm">
          {t("verify.toSignIn")}
        </Anchor>
      </Stack>
    </Center>
  );
}

function Check() {
  const { t } = useTranslation();
  const { kode } = route.useSearch();
  const [code, setCode] = useState(kode ?? "");
  const check = useMutation({
    mutationFn: (given: string | File) => (typeof given === "string" ? verifyCode(given) : verifyFile(given)),
  });
  const { mutate } = check;
  // The QR leads here with its code: nobody has to press a button for it.
  useEffect(() => {
    if (kode) mutate(kode);
  }, [kode, mutate]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate(code.trim());
  };
  return (
    <Stack>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="sm">
          <TextInput
            label={t("verify.code")}
            description={t("verify.codeHint")}
            placeholder="ABCD-EFGH-2345-WXYZ"
            required
            maxLength={60}
            flex={1}
            miw={240}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <Button type="submit" loading={check.isPending}>
            {t("verify.check")}
          </Button>
        </Group>
      </form>
      <Group gap="sm">
        <Text size="sm">{t("verify.orFile")}</Text>
        <SendFileButton
          label={t("verify.file")}
          accept=".pdf,.docx"
          busy={check.isPending}
          onFile={(file) => mutate(file)}
        />
      </Group>
      <div role="status" aria-live="polite">
        {check.data && <Result verified={check.data} />}
      </div>
      {check.error && <RefusalAlert error={check.error} title={t("verify.unknown")} />}
    </Stack>
  );
}

function Result({ verified }: { verified: Verified }) {
  const { t } = useTranslation();
  const format = useFormatter();
  if (verified.items.length === 0) {
    return (
      <Alert color="red" variant="outline" c="var(--mantine-color-text)" title={t("verify.unknown")}>
        {t("verify.unknownFile")}
      </Alert>
    );
  }
  return (
    <Stack gap="sm">
      {verified.items.map((paper) => (
        <Alert
          key={`${paper.nomor}.${paper.revisi}`}
          color={paper.isi_cocok ? "done" : "red"}
          variant="outline"
          c="var(--mantine-color-text)"
          title={t(paper.isi_cocok ? "verify.matches" : "verify.differs")}
        >
          <Text fw={600}>{paper.jenis}</Text>
          <Text className="hostile">
            {[paper.nomor, format.day(paper.tanggal), paper.kantor].filter(Boolean).join(" · ")}
          </Text>
          {paper.revisi < paper.revisi_terbaru && (
            <Text fw={600} mt={4}>
              {t("verify.older", { revisi: paper.revisi, terbaru: paper.revisi_terbaru })}
            </Text>
          )}
          <Text size="xs" mt={4}>
            {t("verify.noSignature")}
          </Text>
        </Alert>
      ))}
    </Stack>
  );
}
