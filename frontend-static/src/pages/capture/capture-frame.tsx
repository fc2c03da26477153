// A capture's result page, whichever way it came: the way back, then what it holds once that is known.
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Read } from "../../components/feedback";
import { PageHead } from "../../components/page-head";
import { useCapture, type CaptureOf } from "../../lib/capture-api";
import type { CaptureSearch } from "../../lib/search";
import { CaptureBody } from "./capture-body";

interface Props {
  of: CaptureOf;
  back: ReactNode;
  search: CaptureSearch;
  onSearch: (search: CaptureSearch) => void;
}

export function CaptureFrame({ of, back, search, onSearch }: Props) {
  const { t } = useTranslation();
  const query = useCapture(of);
  return (
    <>
      {query.data === undefined && <PageHead title={t("capture.title")} />}
      <Text mb="xs">{back}</Text>
      <Read query={query}>
        {(capture) => <CaptureBody of={of} capture={capture} search={search} onSearch={onSearch} />}
      </Read>
    </>
  );
}
