// The rules as the detection has loaded them: found by words, turned off and on one by one, or ruled out for what is harmless here.
import { Button, Group, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { LevelBadge } from "../../components/level-badge";
import { Panel } from "../../components/panel";
import { Rows } from "../../components/rows";
import { useChange } from "../../components/use-change";
import { filterFor, switchRule, useRules, type Rule } from "../../lib/rules-api";
import type { Level } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";
import { ExclusionDialog } from "./exclusion-dialog";

const TYPING_MS = 300;

export function RulesPanel() {
  const { t } = useTranslation();
  const format = useFormatter();
  const [words, setWords] = useState("");
  const [asked] = useDebouncedValue(words, TYPING_MS);
  const rules = useRules(asked);
  const [excluding, setExcluding] = useState<Rule>();
  const turn = useChange((rule: Rule) => switchRule(rule.id, rule.state === "off"), t("rules.turned"), "rules");
  return (
    <Panel title={t("rules.list")} hint={t("rules.listHint")}>
      <TextInput
        type="search"
        label={t("rules.search")}
        maw={420}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <Read query={rules}>
        {({ pages }) =>
          pages[0]?.total ? (
            <>
              <Text size="sm" c="dimmed" role="status">
                {t("rules.total", { total: format.number(pages[0].total) })}
              </Text>
              <Rows heads={[t("rules.rule"), t("rules.level"), t("rules.pack"), t("rules.state"), t("rules.decide")]}>
                {pages
                  .flatMap(({ items }) => items)
                  .map((rule) => (
                    <RuleRow
                      key={`${rule.pack}.${rule.id}`}
                      rule={rule}
                      onTurn={() => turn.mutate(rule)}
                      onExclude={() => setExcluding(rule)}
                    />
                  ))}
              </Rows>
              {rules.hasNextPage && (
                <Button variant="default" loading={rules.isFetchingNextPage} onClick={() => void rules.fetchNextPage()}>
                  {t("app.more")}
                </Button>
              )}
            </>
          ) : (
            <Empty>{t("rules.none")}</Empty>
          )
        }
      </Read>
      {excluding && <ExclusionDialog begin={filterFor(excluding)} onClose={() => setExcluding(undefined)} />}
    </Panel>
  );
}

function RuleRow({ rule, onTurn, onExclude }: { rule: Rule; onTurn: () => void; onExclude: () => void }) {
  const { t } = useTranslation();
  const isOff = rule.state === "off";
  return (
    <Table.Tr>
      <Table.Td className="hostile">
        {rule.title}
        {rule.author && (
          <Text size="xs" c="dimmed">
            {rule.author}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <LevelBadge level={rule.level as Level} />
      </Table.Td>
      <Table.Td>{rule.pack}</Table.Td>
      <Table.Td>
        {t(`rules.states.${rule.state}`)}
        {!isOff && !rule.is_fed && (
          <Text size="xs" c="dimmed">
            {t("rules.unfed")}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            aria-label={t(isOff ? "rules.turnOnOne" : "rules.turnOffOne", { rule: rule.title })}
            onClick={onTurn}
          >
            {t(isOff ? "rules.turnOn" : "rules.turnOff")}
          </Button>
          {Object.keys(rule.logsource ?? {}).length > 0 && (
            <Button
              size="xs"
              variant="default"
              aria-label={t("rules.excludeOne", { rule: rule.title })}
              onClick={onExclude}
            >
              {t("rules.exclude")}
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
