// The roles a position may bring: of every SOP that knows them, or bound to one of them. Pure.
import { sopOptions } from "./sop-options";
import type { Sop } from "./types";

type Known = Pick<Sop, "id" | "judul" | "instansi" | "pelaksana">;
export interface RoleGroup {
  group: string;
  items: { value: string; label: string }[];
}

export const LEADERSHIP = "pimpinan";

/** `words` are those of the two groups that are no SOP's. */
export function roleGroups(sops: Known[], words: { all: string; other: string; leader: string }): RoleGroup[] {
  const inside = sops.flatMap(({ pelaksana }) => pelaksana).filter(({ luar }) => !luar);
  const names = new Map(inside.map(({ id, nama }) => [id, nama]));
  const everywhere = [...names].map(([value, label]) => ({ value, label }));
  const titles = new Map(sopOptions(sops).map(({ value, label }) => [value, label]));
  return [
    { group: words.all, items: everywhere.sort((one, other) => one.label.localeCompare(other.label)) },
    ...sops.map((sop) => ({
      group: titles.get(sop.id) ?? sop.judul,
      items: sop.pelaksana
        .filter(({ luar }) => !luar)
        .map(({ id, nama }) => ({ value: `${sop.id}:${id}`, label: `${nama} (${sop.judul})` })),
    })),
    { group: words.other, items: [{ value: LEADERSHIP, label: words.leader }] },
  ];
}

/** What a role is called; one that no SOP knows any more keeps a plain word. */
export function roleName(groups: RoleGroup[], role: string, unknown: string): string {
  return groups.flatMap(({ items }) => items).find(({ value }) => value === role)?.label ?? unknown;
}
