// Each kind of document with the template in use; a new one is tried by the server, which names the place of each mistake.
import { Anchor, Button, Group, Table, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Read, RefusalAlert, sayDone, sayRefused } from "../../components/feedback";
import { SendFileButton } from "../../components/file-button";
import { dropTemplate, putTemplate, templateUrl, useTemplates, type OfficeTemplate } from "../../lib/paper";
import { useFormatter } from "../../lib/use-formatter";

/** As a template has it; i18next must not read it as one of its own. */
const EXAMPLE = "{{ s.naskah.nomor }}";
const COLUMNS = ["kind", "register", "inUse", "actions"] as const;

export function TemplateTable() {
  const { t } = useTranslation();
  return (
    <Read query={useTemplates()}>
      {({ items }) => (
        <>
          <div className="scroll-x" role="region" tabIndex={0} aria-label={t("papers.templates")}>
            <Table miw={760}>
              <Table.Thead>
                <Table.Tr>
                  {COLUMNS.map((column) => (
                    <Table.Th key={column}>{t(`papers.column.${column}`)}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((item) => (
                  <Row key={item.kind} item={item} />
                ))}
              </Table.Tbody>
            </Table>
          </div>
          {items[0] && <Variables item={items[0]} />}
        </>
      )}
    </Read>
  );
}

function Row({ item }: { item: OfficeTemplate }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const client = useQueryClient();
  const refresh = () => void client.invalidateQueries({ queryKey: ["templates"] });
  const put = useMutation({
    mutationFn: (file: File) => putTemplate(item.kind, file),
    onSuccess: (kept) => {
      sayDone(t("papers.accepted", { judul: kept.judul, versi: kept.versi ?? 0 }), t("app.close"));
      refresh();
    },
  });
  const drop = useMutation({
    mutationFn: () => dropTemplate(item.kind),
    onSuccess: () => {
      sayDone(t("papers.dropped", { judul: item.judul }), t("app.close"));
      refresh();
    },
    onError: (error) => sayRefused(t, error),
  });
  return (
    <>
      <Table.Tr>
        <Table.Td fw={600}>{item.judul}</Table.Td>
        <Table.Td className="mono">{item.kode}</Table.Td>
        <Table.Td className="hostile">
          {item.versi === null ? t("papers.shipped") : t("papers.own", { versi: item.versi, nama: item.nama ?? "" })}
          {item.diunggah_pada && (
            <Text size="xs" c="dimmed">
              {item.diunggah_oleh} · {format.moment(item.diunggah_pada)}
            </Text>
          )}
        </Table.Td>
        <Table.Td>
          <Group gap="xs">
            <Anchor href={templateUrl(item.kind)} download aria-label={t("papers.fetchOf", { judul: item.judul })}>
              {t("papers.fetch")}
            </Anchor>
            <SendFileButton
              label={t("papers.send")}
              hiddenLabel={t("papers.sendOf", { judul: item.judul })}
              accept=".docx"
              busy={put.isPending}
              onFile={(file) => put.mutate(file)}
            />
            {item.versi !== null && (
              <Button
                size="compact-sm"
                variant="default"
                loading={drop.isPending}
                aria-label={t("papers.dropOf", { judul: item.judul })}
                onClick={() => drop.mutate()}
              >
                {t("papers.drop")}
              </Button>
            )}
          </Group>
        </Table.Td>
      </Table.Tr>
      {put.error && (
        <Table.Tr>
          <Table.Td colSpan={COLUMNS.length}>
            <RefusalAlert error={put.error} title={t("papers.refused", { judul: item.judul })} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

function Variables({ item }: { item: OfficeTemplate }) {
  const { t } = useTranslation();
  return (
    <details style={{ marginTop: 16 }}>
      <summary>{t("papers.variables", { count: item.variabel.length })}</summary>
      <Text size="sm" my="xs">
        {t("papers.variablesHint", { contoh: EXAMPLE, saringan: item.saringan.join(", ") })}
      </Text>
      <ul style={{ columns: "260px", margin: 0 }}>
        {item.variabel.map(({ nama, jenis }) => (
          <li key={nama}>
            <code>{nama}</code>
            <Text component="span" size="xs" c="dimmed">
              {" "}
              {t(`papers.type.${jenis as "teks" | "daftar" | "gambar"}`)}
            </Text>
          </li>
        ))}
      </ul>
    </details>
  );
}
