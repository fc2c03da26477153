// Each source with what was heard of it; addresses that nobody has named stand behind those with a name.
import { Badge, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { Panel } from "../../components/panel";
import { Rows } from "../../components/rows";
import {
  AUTO,
  heardQuery,
  isNamed,
  namelessOf,
  stateOf,
  type LogSource,
  type SourceState,
} from "../../lib/sources-api";
import { useFormatter } from "../../lib/use-formatter";
import { SourceActions, type Acts } from "./source-actions";

interface Props extends Acts {
  isAdmin: boolean;
}

const COLORS: Record<SourceState, string> = {
  off: "gray",
  silent: "red",
  unnamed: "gray",
  never: "gray",
  heard: "green",
};

export function SourceList(props: Props) {
  const { t } = useTranslation();
  const sources = useQuery(heardQuery);
  const heads = [
    t("sources.name"),
    t("sources.state"),
    t("sources.last"),
    t("sources.events"),
    t("sources.rate"),
    t("sources.readAs"),
    ...(props.isAdmin ? [t("sources.decide")] : []),
  ];
  return (
    <Panel title={t("sources.list")} hint={t("sources.listHint")}>
      <Read query={sources}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t("sources.none")}</Empty>
          ) : (
            <Rows heads={heads} minWidth={860}>
              {[...items.filter(isNamed), ...namelessOf(items)].map((one) => (
                <SourceRow key={one.nama ?? `address:${one.alamat}`} source={one} {...props} />
              ))}
            </Rows>
          )
        }
      </Read>
    </Panel>
  );
}

function SourceRow({ source, ...props }: Props & { source: LogSource }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const state = stateOf(source);
  return (
    <Table.Tr>
      <Table.Td className="name">
        <Text fw={source.nama === null ? 400 : 600} className="hostile">
          {source.nama ?? source.alamat}
        </Text>
        {source.nama !== null && source.alamat && <Text size="xs">{source.alamat}</Text>}
        {source.berkas && (
          <Text size="xs" className="mono">
            {source.berkas}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Badge variant="outline" color={COLORS[state]} c="var(--mantine-color-text)">
          {t(`sources.is.${state}`)}
        </Badge>
        {source.batas_diam_menit > 0 && (
          <Text size="xs" c="dimmed">
            {t("sources.silentAfter", { minutes: format.number(source.batas_diam_menit) })}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{source.terakhir ? format.moment(source.terakhir) : t("sources.neverHeard")}</Table.Td>
      <Table.Td>
        {format.number(source.kejadian)}
        {source.ditolak > 0 && (
          <Text size="xs">
            {t("sources.rejected", { count: source.ditolak, shown: format.number(source.ditolak) })}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {t("sources.perMinute", { shown: format.number(source.per_menit) })}
        <Text size="xs" c="dimmed">
          {t("sources.lately", { hour: format.number(source.satu_jam), day: format.number(source.satu_hari) })}
        </Text>
      </Table.Td>
      <Table.Td className="name">
        {source.format === AUTO ? t("sources.auto") : source.format}
        {source.format_string && (
          <Text size="xs" className="mono">
            {source.format_string}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          {source.zona ?? t("sources.officeZone")}
        </Text>
      </Table.Td>
      {props.isAdmin && (
        <Table.Td>
          <SourceActions source={source} {...props} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}
