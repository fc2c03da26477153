// j, k, x and Enter in the queue; a switch turns the single-key ones off (WCAG 2.1.4).
import { useEffect, useSyncExternalStore } from "react";
import { recall, remember } from "../../lib/memory";

const KEY = "tanggap.pintasan";
const listeners = new Set<() => void>();

const isOn = () => recall(KEY) !== "mati";
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function useShortcutSwitch(): [boolean, (on: boolean) => void] {
  const value = useSyncExternalStore(subscribe, isOn);
  const set = (on: boolean) => {
    remember(KEY, on ? "nyala" : "mati");
    for (const listener of listeners) listener();
  };
  return [value, set];
}

export type ShortcutKey = "j" | "k" | "x" | "Enter";

/** Calls `handle` for the keys while nothing is being typed, no dialog is open and no button has the focus. */
export function useShortcuts(handle: (key: ShortcutKey) => void): void {
  const [on] = useShortcutSwitch();
  useEffect(() => {
    if (!on) return;
    const listen = (event: KeyboardEvent) => {
      if (!isShortcut(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isBusy(event.target, event.key)) return;
      event.preventDefault();
      handle(event.key);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [on, handle]);
}

const isShortcut = (key: string): key is ShortcutKey => key === "j" || key === "k" || key === "x" || key === "Enter";

function isBusy(target: EventTarget | null, key: ShortcutKey): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[role=dialog], [role=listbox], [role=menu]") || target.isContentEditable) return true;
  if (target.matches("textarea, select, input:not([type=checkbox])")) return true;
  return key === "Enter" && target.closest("button, a, input") !== null;
}
