// What a version of an SOP is called; 0 is the one that comes with the program.
import type { TFunction } from "i18next";

export const versionName = (t: TFunction, nomor: number): string =>
  nomor === 0 ? t("editor.shipped") : t("editor.numberedVersion", { nomor });
