// The forms that executors fill in with a step, besides the note: which, and whose.
import { Checkbox, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FlawAt } from "./flaws";
import type { FormRole, FormSheet } from "./form";
import { RolePicker } from "./people-fields";

const SHEETS: readonly FormSheet["jenis"][] = ["disposisi", "pertanyaan", "arahan", "pihak_terkait"];

interface Props {
  sheets: FormSheet[];
  /** The step's executors. */
  roles: FormRole[];
  flawAt: FlawAt;
  onChange: (sheets: FormSheet[]) => void;
}

export function SheetFields({ sheets, roles, flawAt, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Stack gap={6} component="fieldset" style={{ border: 0, padding: 0, margin: 0 }}>
      <Text component="legend" size="sm" fw={600} p={0} mb={4}>
        {t("editor.field.isian")}
      </Text>
      {SHEETS.map((jenis) => {
        const position = sheets.findIndex((one) => one.jenis === jenis);
        const sheet = sheets[position];
        const flaw = sheet && (flawAt(position) ?? flawAt());
        return (
          <Stack key={jenis} gap={4}>
            <Checkbox
              size="sm"
              label={t(`editor.sheet.${jenis}`)}
              checked={sheet !== undefined}
              error={flaw?.text}
              onChange={(event) =>
                onChange(
                  event.currentTarget.checked
                    ? [...sheets, { jenis, oleh: [] }]
                    : sheets.filter((one) => one.jenis !== jenis),
                )
              }
            />
            {sheet && (
              <RolePicker
                label={t("editor.sheetBy", { isian: t(`editor.sheet.${jenis}`) })}
                roles={roles}
                value={sheet.oleh}
                flaw={flawAt(position, "oleh")}
                onChange={(oleh) => onChange(sheets.map((one) => (one.jenis === jenis ? { ...one, oleh } : one)))}
              />
            )}
          </Stack>
        );
      })}
    </Stack>
  );
}
