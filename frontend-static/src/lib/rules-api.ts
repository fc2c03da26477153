// The calls of detection rules: what is in use, packs and their versions, exclusions, and rules that were muted.
import { queryOptions, useInfiniteQuery } from "@tanstack/react-query";
import * as sdk from "./client";
import type * as G from "./client";
import { bodyOf } from "./http";
import type { Page } from "./types";

export type Rule = G.RuleShown;
export type RulePack = G.PackShown;
export type MutedRule = G.MutedShown;
export type PackTaken = G.PackTaken;
export type Exclusion = G.ExclusionShown;

const RULES_SHOWN = 50;
const RELOADED_MS = 5_000;

export const useRules = (q: string) =>
  useInfiniteQuery({
    queryKey: ["rules", "list", q],
    queryFn: ({ pageParam, signal }) =>
      bodyOf<Page<Rule>>(
        sdk.listRules({ query: { q: q || undefined, limit: RULES_SHOWN, cursor: pageParam || undefined }, signal }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.cursor ?? undefined,
    // What was decided is loaded by the detection seconds later.
    refetchInterval: RELOADED_MS,
  });
export const rulePacksQuery = queryOptions({
  queryKey: ["rules", "packs"],
  queryFn: ({ signal }) => bodyOf<Page<RulePack>>(sdk.listPacks({ signal })),
});
export const mutedRulesQuery = queryOptions({
  queryKey: ["rules", "muted"],
  queryFn: ({ signal }) => bodyOf<Page<MutedRule>>(sdk.listMuted({ signal })),
});
export const exclusionsQuery = queryOptions({
  queryKey: ["rules", "exclusions"],
  queryFn: ({ signal }) => bodyOf<Page<Exclusion>>(sdk.listExclusions({ signal })),
});

export const switchRule = (id: string, nyala: boolean) =>
  bodyOf<void>(sdk.switchRules({ body: { menurut: "rule", nilai: id, paket: "", nyala } }));
export const putPackInUse = (pack: string, versi: string) =>
  bodyOf<void>(sdk.usePackVersion({ path: { pack }, body: { versi } }));
export const unmuteRule = (rule_id: string) => bodyOf<void>(sdk.unmuteRule({ path: { rule_id } }));
export const sendPack = (file: File) => bodyOf<PackTaken>(sdk.takeInPack({ body: { file } }));
export const addExclusion = (sigma: string, alasan: string) =>
  bodyOf<Exclusion>(sdk.addExclusion({ body: { sigma, alasan } }));
export const dropExclusion = (exclusion_id: string) => bodyOf<void>(sdk.dropExclusion({ path: { exclusion_id } }));

/** A Sigma filter to begin with: for one rule, of whose title nothing can break out of its quotes. */
export function filterFor(rule: Pick<Rule, "id" | "title" | "logsource">): string {
  const logsource = Object.entries(rule.logsource ?? {}).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`);
  return [
    `title: ${JSON.stringify(`Pengecualian: ${rule.title}`)}`,
    "logsource:",
    ...logsource,
    "filter:",
    "  rules:",
    `    - ${JSON.stringify(rule.id)}`,
    "  wajar:",
    "    source.ip: 10.0.0.1",
    "  condition: not wajar",
    "",
  ].join("\n");
}
