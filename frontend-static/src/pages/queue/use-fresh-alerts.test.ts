import { describe, expect, it } from "vitest";
import type { Alert } from "../../lib/types";
import { countFresh, updateInPlace } from "./use-fresh-alerts";

const anAlert = (id: string, more: Partial<Alert> = {}): Alert => ({
  id,
  rule_id: "r",
  rule_title: "Pemindaian port",
  level: "high",
  tags: [],
  group: {},
  status: "new",
  count: 1,
  event_count: 1,
  first_seen: "2026-11-21T01:00:00Z",
  last_seen: "2026-11-21T01:00:00Z",
  look_at: [],
  false_positives: [],
  source: "sigma",
  reason: null,
  incident_id: null,
  version: 1,
  ...more,
});
const shownOf = (...items: Alert[]) => ({ pages: [{ items, cursor: null }], pageParams: [null] });

describe("the queue on screen", () => {
  it("counts detections that it does not show yet", () => {
    expect(countFresh([anAlert("a")], [anAlert("b"), anAlert("a"), anAlert("c")])).toBe(2);
  });

  it("takes a repeat into its row and keeps the order", () => {
    const shown = shownOf(anAlert("a"), anAlert("b"));

    const next = updateInPlace(shown, [anAlert("c"), anAlert("b", { count: 5 })]);

    expect(next.pages[0]?.items.map(({ id, count }) => [id, count])).toEqual([
      ["a", 1],
      ["b", 5],
    ]);
  });

  it("is the same object when nothing on it has changed", () => {
    const shown = shownOf(anAlert("a"));

    expect(updateInPlace(shown, [anAlert("a"), anAlert("b")])).toBe(shown);
  });
});
