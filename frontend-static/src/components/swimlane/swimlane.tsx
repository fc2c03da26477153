// The SOP's own table with its flow chart, for any SOP; live when a run is given. A list on narrow screens.
import { useMediaQuery } from "@mantine/hooks";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Due, Sop } from "../../lib/types";
import { progressOf, type Run } from "./progress";
import { SwimlaneList } from "./swimlane-list";
import { SwimlaneTable } from "./swimlane-table";

export interface LiveRun extends Run {
  putaran: Record<string, number>;
  tenggat: Due[];
}

export function Swimlane({ sop, run = null }: { sop: Sop; run?: LiveRun | null }) {
  const { t } = useTranslation();
  const isNarrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const progress = useMemo(() => progressOf(sop, run), [sop, run]);
  if (sop.langkah.length === 0) return <p>{t("sop.empty")}</p>;
  const View = isNarrow ? SwimlaneList : SwimlaneTable;
  return <View sop={sop} run={run} progress={progress} />;
}
