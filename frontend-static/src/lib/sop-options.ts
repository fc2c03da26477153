// SOPs as a list to choose from. Pure.
import type { Sop } from "./types";

export interface SopOption {
  value: string;
  label: string;
}

/** Two SOPs of one office may carry one title: then the id tells them apart. */
export function sopOptions(sops: Pick<Sop, "id" | "judul" | "instansi">[]): SopOption[] {
  const label = ({ judul, instansi }: Pick<Sop, "judul" | "instansi">) => `${judul} – ${instansi}`;
  const isShared = (one: Pick<Sop, "judul" | "instansi">) =>
    sops.filter((other) => label(other) === label(one)).length > 1;
  return sops.map((one) => ({ value: one.id, label: isShared(one) ? `${label(one)} (${one.id})` : label(one) }));
}
