// Events of a capture over time: one bar for each part, and the same in words for who does not see it.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useCaptureHistogram, type Bucket, type CaptureOf } from "../../lib/capture-api";
import { useFormatter } from "../../lib/use-formatter";

const HEIGHT = 64;
const STEP = 10;

export function Histogram({ of, events }: { of: CaptureOf; events: number }) {
  const { t } = useTranslation();
  const { data } = useCaptureHistogram(of, events);
  const buckets = data?.items ?? [];
  if (buckets.length === 0) return <Text size="sm">{t("capture.noEvents")}</Text>;
  return <Bars buckets={buckets} />;
}

function Bars({ buckets }: { buckets: Bucket[] }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const most = Math.max(...buckets.map(({ count }) => count), 1);
  const peak = buckets.find(({ count }) => count === most);
  const words = t("capture.histogram", {
    from: format.precise(buckets[0]?.start ?? ""),
    peak: format.precise(peak?.start ?? ""),
    count: most,
    shown: format.number(most),
  });
  return (
    <figure style={{ margin: 0 }}>
      <svg
        role="img"
        aria-label={words}
        viewBox={`0 0 ${buckets.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        style={{ width: "100%", height: HEIGHT, background: "var(--tg-surface)" }}
      >
        {buckets.map(({ start, count }, place) => {
          const height = count === 0 ? 0 : Math.max(1, (HEIGHT * count) / most);
          return (
            <rect
              key={start}
              x={place * STEP + 1}
              y={HEIGHT - height}
              width={STEP - 2}
              height={height}
              fill="var(--tg-active)"
            >
              <title>{`${format.precise(start)}: ${format.number(count)}`}</title>
            </rect>
          );
        })}
      </svg>
      <Text component="figcaption" size="xs" c="dimmed">
        {words}
      </Text>
    </figure>
  );
}
