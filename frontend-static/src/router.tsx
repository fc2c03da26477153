// Which address shows which page. Filters and tabs live in the address, so that a view can be sent as a link.
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, redirect } from "@tanstack/react-router";
import { LoadFailure } from "./components/load-failure";
import { NotFound } from "./components/not-found";
import { Shell } from "./components/shell";
import { Refusal } from "./lib/http";
import { meQuery } from "./lib/queries";
import {
  captureSearch,
  dataSearch,
  incidentSearch,
  listSearch,
  queueSearch,
  signInSearch,
  sopSearch,
  summarySearch,
  trailSearch,
  verifySearch,
  versionSearch,
} from "./lib/search";
import { AuditPage } from "./pages/audit/audit-page";
import { CalendarPage } from "./pages/calendar/calendar-page";
import { CapturePage } from "./pages/capture/capture-page";
import { ReceivedCapturePage } from "./pages/capture/received-capture-page";
import { DataPage } from "./pages/data/data-page";
import { IncidentPage } from "./pages/incident/incident-page";
import { IncidentsPage } from "./pages/incidents/incidents-page";
import { MyStepsPage } from "./pages/my-steps/my-steps-page";
import { OfficialsPage } from "./pages/officials/officials-page";
import { PapersPage } from "./pages/papers/papers-page";
import { PasswordPage } from "./pages/password/password-page";
import { QueuePage } from "./pages/queue/queue-page";
import { ReportPage } from "./pages/report/report-page";
import { RulesPage } from "./pages/rules/rules-page";
import { SignInPage } from "./pages/sign-in/sign-in-page";
import { SummaryPage } from "./pages/summary/summary-page";
import { SourcesPage } from "./pages/sources/sources-page";
import { SopEditorPage } from "./pages/sop-editor/sop-editor-page";
import { SopPage } from "./pages/sop/sop-page";
import { VerifyPage } from "./pages/verify/verify-page";

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({ notFoundComponent: NotFound });

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/masuk",
  validateSearch: signInSearch,
  component: SignInPage,
});

/** Open to whoever holds a paper: its QR leads here. */
const verifyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/verifikasi",
  validateSearch: verifySearch,
  component: VerifyPage,
});

/** Everything behind the sign-in. */
const insideRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "inside",
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const kembali = location.href === "/" ? undefined : location.href;
    const me = await context.queryClient.ensureQueryData(meQuery).catch((error: unknown) => {
      if (error instanceof Refusal && error.status === 401) throw redirect({ to: "/masuk", search: { kembali } });
      throw error;
    });
    if (me.harus_ganti_sandi && location.pathname !== "/sandi") throw redirect({ to: "/sandi" });
  },
});

const homeRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/tugas" });
  },
});
const passwordRoute = createRoute({ getParentRoute: () => insideRoute, path: "/sandi", component: PasswordPage });
const myStepsRoute = createRoute({ getParentRoute: () => insideRoute, path: "/tugas", component: MyStepsPage });
const queueRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/antrean",
  validateSearch: queueSearch,
  component: QueuePage,
});
const incidentsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/insiden",
  validateSearch: listSearch,
  component: IncidentsPage,
});
const incidentRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/insiden/$id",
  validateSearch: incidentSearch,
  component: IncidentPage,
});
const captureRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/insiden/$id/tangkapan/$bukti",
  validateSearch: captureSearch,
  component: CapturePage,
});
const receivedCaptureRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/data/tangkapan/$pekerjaan",
  validateSearch: captureSearch,
  component: ReceivedCapturePage,
});
const reportRoute = createRoute({ getParentRoute: () => insideRoute, path: "/lapor", component: ReportPage });
const dataRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/data",
  validateSearch: dataSearch,
  component: DataPage,
});
const sopRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/sop",
  validateSearch: sopSearch,
  component: SopPage,
});
const sopEditorRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/sop/$id/sunting",
  validateSearch: versionSearch,
  component: SopEditorPage,
});

const summaryRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/ringkasan",
  validateSearch: summarySearch,
  component: SummaryPage,
});
const auditRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/kelola/audit",
  validateSearch: trailSearch,
  component: AuditPage,
});
const calendarRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/kelola/kalender",
  component: CalendarPage,
});

const sourcesRoute = createRoute({ getParentRoute: () => insideRoute, path: "/sumber", component: SourcesPage });
const rulesRoute = createRoute({ getParentRoute: () => insideRoute, path: "/kelola/aturan", component: RulesPage });
const papersRoute = createRoute({ getParentRoute: () => insideRoute, path: "/kelola/naskah", component: PapersPage });

const officialsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/kelola/pejabat",
  component: OfficialsPage,
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  verifyRoute,
  insideRoute.addChildren([
    homeRoute,
    passwordRoute,
    myStepsRoute,
    queueRoute,
    incidentsRoute,
    incidentRoute,
    captureRoute,
    receivedCaptureRoute,
    reportRoute,
    dataRoute,
    sopRoute,
    sopEditorRoute,
    calendarRoute,
    summaryRoute,
    auditRoute,
    officialsRoute,
    papersRoute,
    rulesRoute,
    sourcesRoute,
  ]),
]);

export const makeRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    defaultErrorComponent: LoadFailure,
    defaultPreload: false,
    scrollRestoration: true,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
