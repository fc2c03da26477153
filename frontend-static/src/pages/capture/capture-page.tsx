// The result page of a capture that is evidence of an incident.
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { CaptureFrame } from "./capture-frame";

const route = getRouteApi("/inside/insiden/$id/tangkapan/$bukti");

export function CapturePage() {
  const { id, bukti } = route.useParams();
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <CaptureFrame
      of={{ incident_id: id, evidence_id: bukti }}
      back={
        <Link to="/insiden/$id" params={{ id }} search={{ tab: "bukti" }}>
          {t("capture.back")}
        </Link>
      }
      search={route.useSearch()}
      onSearch={(next) => void navigate({ to: "/insiden/$id/tangkapan/$bukti", params: { id, bukti }, search: next })}
    />
  );
}
