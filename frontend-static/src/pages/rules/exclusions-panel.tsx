// What the office has ruled out of rules, with the reason; it outlives updates of the packs.
import { Button, Group, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { Panel } from "../../components/panel";
import { Rows } from "../../components/rows";
import { useChange } from "../../components/use-change";
import { dropExclusion, exclusionsQuery, filterFor, type Exclusion } from "../../lib/rules-api";
import { useFormatter } from "../../lib/use-formatter";
import { ExclusionDialog } from "./exclusion-dialog";

const EXAMPLE = filterFor({
  id: "web_scanner_user_agent",
  title: "pemindai kantor",
  logsource: { category: "webserver" },
});

export function ExclusionsPanel() {
  const { t } = useTranslation();
  const exclusions = useQuery(exclusionsQuery);
  const drop = useChange(dropExclusion, t("rules.exclusionDropped"), "rules");
  const [isAdding, setIsAdding] = useState(false);
  return (
    <Panel title={t("rules.exclusions")} hint={t("rules.exclusionsHint")}>
      <Group>
        <Button size="xs" variant="default" onClick={() => setIsAdding(true)}>
          {t("rules.addExclusion")}
        </Button>
      </Group>
      {isAdding && <ExclusionDialog begin={EXAMPLE} onClose={() => setIsAdding(false)} />}
      <Read query={exclusions}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t("rules.noExclusions")}</Empty>
          ) : (
            <Rows heads={[t("rules.exclusion"), t("rules.reason"), t("rules.filter"), t("rules.decide")]}>
              {items.map((one) => (
                <ExclusionRow key={one.id} exclusion={one} onDrop={() => drop.mutate(one.id)} />
              ))}
            </Rows>
          )
        }
      </Read>
    </Panel>
  );
}

function ExclusionRow({ exclusion, onDrop }: { exclusion: Exclusion; onDrop: () => void }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <Table.Tr>
      <Table.Td className="hostile">
        {exclusion.judul}
        <Text size="xs" c="dimmed">
          {exclusion.oleh} · {format.moment(exclusion.pada)}
        </Text>
        {exclusion.tanpa_aturan.map((rule) => (
          <Text key={rule} size="xs" fw={600} className="hostile">
            {t("rules.unknownRule", { rule })}
          </Text>
        ))}
      </Table.Td>
      <Table.Td className="hostile">{exclusion.alasan}</Table.Td>
      <Table.Td>
        <details>
          <summary>{t("rules.showFilter")}</summary>
          <Text component="pre" size="xs" className="mono hostile">
            {exclusion.sigma}
          </Text>
        </details>
      </Table.Td>
      <Table.Td>
        <Button
          size="xs"
          variant="default"
          aria-label={t("rules.dropExclusionOne", { title: exclusion.judul })}
          onClick={onDrop}
        >
          {t("rules.dropExclusion")}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
