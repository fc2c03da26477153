// A number that leads to what it counted: to the list of its incidents, or to a part of this page.
import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Behind } from "../../lib/oversight-api";
import type { SummarySearch } from "../../lib/search";
import { useFormatter } from "../../lib/use-formatter";

const periodOnly = ({ masa, dari, sampai }: SummarySearch): SummarySearch => ({ masa, dari, sampai });

interface Props {
  search: SummarySearch;
  behind: Behind;
  count: number;
  /** What is counted, for whoever hears the number alone. */
  label: string;
}

export function FigureLink({ search, behind: { angka, level, playbook, kantor }, count, label }: Props) {
  const { t } = useTranslation();
  const format = useFormatter();
  if (count === 0) return <>0</>;
  return (
    <Anchor
      component={Link}
      to="/ringkasan"
      search={{ ...periodOnly(search), angka, tingkat: level, sop: playbook, kantor } as never}
      hash="daftar"
      inherit
      aria-label={t("summary.openList", { jumlah: count, apa: label })}
    >
      {format.number(count)}
    </Anchor>
  );
}

interface PlaceProps {
  place: string;
  search: SummarySearch;
  /** Only what belongs to this step of this SOP. */
  step?: { sop: string; langkah: number };
  label: string;
  children: ReactNode;
}

export function PlaceLink({ place, search, step, label, children }: PlaceProps) {
  const { t } = useTranslation();
  return (
    <Anchor
      component={Link}
      to="/ringkasan"
      search={{ ...periodOnly(search), ...step } as never}
      hash={place}
      inherit
      aria-label={t("summary.openPart", { nilai: children, apa: label })}
    >
      {children}
    </Anchor>
  );
}
