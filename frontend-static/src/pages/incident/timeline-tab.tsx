// The Kronologi: everything that happened, oldest first.
import { Text, Timeline } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { useTimeline } from "../../lib/queries";
import type { Level, TimelineEntry } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";

/** Facts that the heading says already, or that stand beside their own wording. */
const SAID_ELSEWHERE = new Set(["langkah", "uraian", "ulang", "kantor"]);
/** A moment as the server writes it; a person who types just that means that moment too. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export function TimelineTab({ incidentId }: { incidentId: string }) {
  const { t } = useTranslation();
  return (
    <Read query={useTimeline(incidentId)}>
      {({ items }) => {
        if (items.length === 0) return <Empty>{t("timeline.empty")}</Empty>;
        return (
          <Timeline bulletSize={14} lineWidth={2}>
            {items.map((entry, index) => (
              <Timeline.Item key={`${entry.at}.${index}`} title={headingOf(t, entry)}>
                <Entry entry={entry} />
              </Timeline.Item>
            ))}
          </Timeline>
        );
      }}
    </Read>
  );
}

/** The heading in the reader's language; a kind this page does not know is shown as the server named it. */
function headingOf(t: TFunction, { kind, facts }: TimelineEntry): string {
  return t(`timeline.kind.${kind}` as "timeline.kind.opened", { ...facts, defaultValue: kind });
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const facts = Object.entries(entry.facts).filter(
    // "keputusan_kata" says in words what "keputusan" says in code.
    ([name]) => !SAID_ELSEWHERE.has(name) && !(`${name}_kata` in entry.facts),
  );
  return (
    <div className="hostile">
      <Text size="xs" c="dimmed">
        <time dateTime={entry.at}>{format.moment(entry.at)}</time> · {entry.actor}
        {entry.insiden && ` · ${entry.insiden}`}
      </Text>
      {entry.facts.uraian && <Text>{entry.facts.uraian}</Text>}
      {facts.map(([name, value]) => (
        <Text key={name} size="sm">
          <Text component="span" size="sm" c="dimmed">
            {factName(t, name)}:{" "}
          </Text>
          {name === "tingkat" ? t(`level.${value as Level}`) : MOMENT.test(value) ? format.moment(value) : value}
        </Text>
      ))}
    </div>
  );
}

function factName(t: TFunction, name: string): string {
  const plain = name.replace(/_kata$/, "");
  return t(`timeline.fact.${plain}` as "timeline.fact.langkah", { defaultValue: plain });
}
