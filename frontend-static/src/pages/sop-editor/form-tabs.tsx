// The form in three parts: the head, the people, and one step at a time.
import { Badge, Stack, Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SopFinding } from "../../lib/types";
import { faultySteps, type FlawAt } from "./flaws";
import type { SopForm } from "./form";
import { HeadFields } from "./head-fields";
import { PeopleFields } from "./people-fields";
import { StepFields } from "./step-fields";
import { StepList } from "./step-list";

const TABS = ["kepala", "orang", "langkah"] as const;
type Tab = (typeof TABS)[number];

/** What of the form is on the page; `step` is a position in the list. */
export interface Shown {
  tab: Tab;
  step: number;
}

interface Props {
  form: SopForm;
  kinds: { id: string; nama: string }[];
  findings: SopFinding[];
  flawAt: FlawAt;
  shown: Shown;
  onShow: (shown: Shown) => void;
  onChange: (form: SopForm) => void;
}

export function FormTabs({ form, kinds, findings, flawAt, shown, onShow, onChange }: Props) {
  const { t } = useTranslation();
  const faulty = new Set(findings.filter(({ tingkat }) => tingkat === "galat").map(({ tempat }) => tabOf(tempat)));
  return (
    <Tabs
      value={shown.tab}
      onChange={(next) => onShow({ ...shown, tab: TABS.find((one) => one === next) ?? "langkah" })}
      keepMounted={false}
    >
      <Tabs.List mb="sm" aria-label={t("editor.parts")}>
        {TABS.map((one) => (
          <Tabs.Tab key={one} value={one} rightSection={faulty.has(one) ? <Faulty /> : undefined}>
            {t(`editor.tab.${one}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="kepala">
        <HeadFields form={form} flawAt={flawAt} onChange={onChange} />
      </Tabs.Panel>
      <Tabs.Panel value="orang">
        <PeopleFields form={form} flawAt={flawAt} onChange={onChange} />
      </Tabs.Panel>
      <Tabs.Panel value="langkah">
        <Stack gap="md">
          <StepList
            steps={form.langkah}
            chosen={shown.step}
            faulty={faultySteps(findings)}
            onChoose={(step) => onShow({ ...shown, step })}
            onChange={(langkah) => onChange({ ...form, langkah })}
          />
          <StepFields
            // Another step is another form: what was open in a field of the last one closes.
            key={shown.step}
            form={form}
            position={shown.step}
            kinds={kinds}
            flawAt={flawAt}
            onChange={(step) =>
              onChange({ ...form, langkah: form.langkah.map((one, index) => (index === shown.step ? step : one)) })
            }
          />
        </Stack>
      </Tabs.Panel>
    </Tabs>
  );
}

function Faulty() {
  const { t } = useTranslation();
  return (
    <Badge size="xs" variant="filled" color="critical">
      {t("editor.error")}
    </Badge>
  );
}

function tabOf([first]: SopFinding["tempat"]): Tab {
  if (first === "langkah") return "langkah";
  return first === "pelaksana" || first === "lajur" ? "orang" : "kepala";
}

/** Where on the page a finding is mended; a step that is shown stays so where the finding names none. */
export function placeOnPage(place: SopFinding["tempat"], now: Shown): Shown {
  const tab = tabOf(place);
  const position = place[1];
  return { tab, step: tab === "langkah" && typeof position === "number" ? position : now.step };
}
