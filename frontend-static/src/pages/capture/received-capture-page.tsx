// The result page of a capture that the intake received, without an incident.
import { Text } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Read } from "../../components/feedback";
import { PageHead } from "../../components/page-head";
import { useCapture, type ReceivedOf } from "../../lib/capture-api";
import { CaptureBody } from "./capture-body";

const route = getRouteApi("/inside/data/tangkapan/$pekerjaan");

export function ReceivedCapturePage() {
  const { pekerjaan } = route.useParams();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = route.useSearch();
  const of: ReceivedOf = { job_id: pekerjaan };
  const query = useCapture(of);
  return (
    <>
      {query.data === undefined && <PageHead title={t("capture.title")} />}
      <Text mb="xs">
        <Link to="/data" search={{ tab: "tangkapan" }}>
          {t("received.back")}
        </Link>
      </Text>
      <Read query={query}>
        {(capture) => (
          <CaptureBody
            of={of}
            capture={capture}
            search={search}
            onSearch={(next) =>
              void navigate({ to: "/data/tangkapan/$pekerjaan", params: { pekerjaan }, search: next })
            }
          />
        )}
      </Read>
    </>
  );
}
