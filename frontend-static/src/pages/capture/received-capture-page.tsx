// The result page of a capture that the intake received, without an incident.
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { CaptureFrame } from "./capture-frame";

const route = getRouteApi("/inside/data/tangkapan/$pekerjaan");

export function ReceivedCapturePage() {
  const { pekerjaan } = route.useParams();
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <CaptureFrame
      of={{ job_id: pekerjaan }}
      back={
        <Link to="/data" search={{ tab: "tangkapan" }}>
          {t("received.back")}
        </Link>
      }
      search={route.useSearch()}
      onSearch={(next) => void navigate({ to: "/data/tangkapan/$pekerjaan", params: { pekerjaan }, search: next })}
    />
  );
}
