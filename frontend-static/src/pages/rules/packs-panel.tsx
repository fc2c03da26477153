// Rule packs: taking one in, which version is in use, under which licence, and going to another.
import { Badge, Button, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { Panel } from "../../components/panel";
import { Rows } from "../../components/rows";
import { useChange } from "../../components/use-change";
import { putPackInUse, rulePacksQuery, type RulePack } from "../../lib/rules-api";
import { useFormatter } from "../../lib/use-formatter";
import { PackSender } from "./pack-sender";

export function PacksPanel() {
  const { t } = useTranslation();
  const format = useFormatter();
  const packs = useQuery(rulePacksQuery);
  const put = useChange((pack: RulePack) => putPackInUse(pack.nama, pack.sha256), t("rules.put"), "rules");
  return (
    <Panel title={t("rules.packs")} hint={t("rules.packsHint")}>
      <PackSender />
      <Read query={packs}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t("rules.noPacks")}</Empty>
          ) : (
            <Rows
              heads={[t("rules.pack"), t("rules.version"), t("rules.taken"), t("rules.licence"), t("rules.decide")]}
            >
              {items.map((pack) => (
                <Table.Tr key={`${pack.nama}.${pack.sha256}`}>
                  <Table.Td>{pack.nama}</Table.Td>
                  <Table.Td className="mono">{pack.versi}</Table.Td>
                  <Table.Td>{format.moment(pack.diambil_pada)}</Table.Td>
                  <Table.Td className="hostile">{pack.lisensi || "–"}</Table.Td>
                  <Table.Td>
                    {pack.dipakai ? (
                      <Badge variant="default">{t("rules.inUse")}</Badge>
                    ) : (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={t("rules.useOne", { pack: pack.nama, version: pack.versi })}
                        onClick={() => put.mutate(pack)}
                      >
                        {t("rules.use")}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Rows>
          )
        }
      </Read>
    </Panel>
  );
}
