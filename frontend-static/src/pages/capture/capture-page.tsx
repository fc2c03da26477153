// The result page of a capture that is evidence of an incident.
import { Text } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Read } from "../../components/feedback";
import { PageHead } from "../../components/page-head";
import { useCapture, type EvidenceOf } from "../../lib/capture-api";
import { CaptureBody } from "./capture-body";

const route = getRouteApi("/inside/insiden/$id/tangkapan/$bukti");

export function CapturePage() {
  const { id, bukti } = route.useParams();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = route.useSearch();
  const of: EvidenceOf = { incident_id: id, evidence_id: bukti };
  const query = useCapture(of);
  return (
    <>
      {query.data === undefined && <PageHead title={t("capture.title")} />}
      <Text mb="xs">
        <Link to="/insiden/$id" params={{ id }} search={{ tab: "bukti" }}>
          {t("capture.back")}
        </Link>
      </Text>
      <Read query={query}>
        {(capture) => (
          <CaptureBody
            of={of}
            capture={capture}
            search={search}
            onSearch={(next) =>
              void navigate({ to: "/insiden/$id/tangkapan/$bukti", params: { id, bukti }, search: next })
            }
          />
        )}
      </Read>
    </>
  );
}
