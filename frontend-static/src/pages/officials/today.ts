// Today in the office's zone: positions begin and end with its days, wherever the reader's clock stands.
import { useMe } from "../../lib/queries";
import { wallClockOf } from "../../lib/zoned-time";

export const dayIn = (zone: string, now: Date): string => wallClockOf(now.toISOString(), zone).slice(0, 10);

export const useToday = (): string => dayIn(useMe().data?.zona ?? "UTC", new Date());

export function dayBefore(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - 1);
  return at.toISOString().slice(0, 10);
}
