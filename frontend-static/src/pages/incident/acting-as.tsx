// In what capacity the reader carries out a step: asked where he holds more than one, told where he stands in for somebody.
import { Radio, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { letterText, titleOf } from "../../lib/signature";
import type { AllowedStep } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";

interface Props {
  step: AllowedStep;
  value: string | null;
  onChange: (positionId: string) => void;
}

export function ActingAs({ step, value, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormatter();
  const { sebagai } = step;
  const [only] = sebagai;
  if (only === undefined || (sebagai.length === 1 && !only.mandat)) return null;
  if (sebagai.length === 1 && only.mandat) {
    return (
      <Text size="sm" className="hostile">
        {t("people.actsAs", {
          jabatan: titleOf(only.jabatan, only.mandat),
          surat: letterText(t, format, only.mandat),
        })}
      </Text>
    );
  }
  return (
    <Radio.Group
      label={t("people.actAs")}
      description={t("people.actAsHint")}
      required
      value={value}
      onChange={onChange}
      className="hostile"
    >
      <Stack gap={6} mt={6}>
        {sebagai.map((one) => (
          <Radio
            key={one.position_id}
            value={one.position_id}
            label={titleOf(one.jabatan, one.mandat)}
            description={one.mandat ? letterText(t, format, one.mandat) : t("people.ownRight")}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
