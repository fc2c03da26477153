// What a detection is about, in one line.
import type { Alert } from "../lib/types";

/** "source.ip 203.0.113.9 · host.name web-1" */
export const aboutText = (alert: Alert): string =>
  Object.entries(alert.group)
    .map(([field, value]) => `${field} ${value}`)
    .join(" · ");
