// Rules that fired too often, with what they have found since; a person lets them speak again.
import { Button, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { Panel } from "../../components/panel";
import { Rows } from "../../components/rows";
import { useChange } from "../../components/use-change";
import { mutedRulesQuery, unmuteRule } from "../../lib/rules-api";
import { useFormatter } from "../../lib/use-formatter";

export function MutedPanel() {
  const { t } = useTranslation();
  const format = useFormatter();
  const muted = useQuery(mutedRulesQuery);
  const unmute = useChange(unmuteRule, t("rules.unmuted"), "rules");
  return (
    <Panel title={t("rules.muted")} hint={t("rules.mutedHint")}>
      <Read query={muted}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t("rules.noneMuted")}</Empty>
          ) : (
            <Rows heads={[t("rules.rule"), t("rules.since"), t("rules.found"), t("rules.decide")]}>
              {items.map((rule) => (
                <Table.Tr key={rule.rule_id}>
                  <Table.Td className="hostile">{rule.rule_title}</Table.Td>
                  <Table.Td>{format.moment(rule.sejak)}</Table.Td>
                  <Table.Td>{format.number(rule.temuan)}</Table.Td>
                  <Table.Td>
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={t("rules.unmuteOne", { rule: rule.rule_title })}
                      onClick={() => unmute.mutate(rule.rule_id)}
                    >
                      {t("rules.unmute")}
                    </Button>
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
