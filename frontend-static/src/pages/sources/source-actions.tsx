// What an administrator may do with a sender: name it, change it, give it a new key, end it.
import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { blankForm, formOf, isNamed, type LogSource, type NamedSource, type SourceForm } from "../../lib/sources-api";

export interface Acts {
  onForm: (form: SourceForm, isNew: boolean) => void;
  onAct: (kind: "renew" | "disable", source: NamedSource) => void;
}

export function SourceActions({ source, onForm, onAct }: Acts & { source: LogSource }) {
  const { t } = useTranslation();
  if (!isNamed(source)) {
    if (!source.alamat || !/[.:]/.test(source.alamat)) return null; // "others" stands for more senders than are counted
    const { alamat } = source;
    return (
      <Act
        label={t("sources.give")}
        name={t("sources.giveOne", { alamat })}
        onClick={() => onForm(blankForm(alamat), true)}
      />
    );
  }
  const { nama } = source;
  return (
    <Group gap={6}>
      <Act
        label={t("sources.change")}
        name={t("sources.changeOne", { nama })}
        onClick={() => onForm(formOf(source), false)}
      />
      <Act label={t("sources.renew")} name={t("sources.renewOne", { nama })} onClick={() => onAct("renew", source)} />
      {!source.dimatikan && (
        <Act
          label={t("sources.disable")}
          name={t("sources.disableOne", { nama })}
          onClick={() => onAct("disable", source)}
        />
      )}
    </Group>
  );
}

function Act({ label, name, onClick }: { label: string; name: string; onClick: () => void }) {
  return (
    <Button size="compact-xs" variant="default" aria-label={name} onClick={onClick}>
      {label}
    </Button>
  );
}
