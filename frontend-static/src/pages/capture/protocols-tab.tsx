// Which protocols a capture carries: transports with the ports most used, and what was understood of applications.
import { SimpleGrid, Table, Text } from "@mantine/core";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { Panel } from "../../components/panel";
import { Rows } from "../../components/rows";
import { useCaptureProtocols, type Branch, type CaptureOf } from "../../lib/capture-api";
import { sizeText } from "../../lib/format";
import { useFormatter, useLanguage } from "../../lib/use-formatter";

export function ProtocolsTab({ of, events }: { of: CaptureOf; events: number }) {
  const { t } = useTranslation();
  const format = useFormatter();
  return (
    <Read query={useCaptureProtocols(of, events)}>
      {({ transports, applications }) =>
        transports.length === 0 && applications.length === 0 ? (
          <Empty>{t("capture.empty")}</Empty>
        ) : (
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <Panel title={t("capture.transports")}>
              <Tree branches={transports} />
            </Panel>
            <Panel title={t("capture.applications")}>
              {applications.length === 0 ? (
                <Text size="sm">{t("capture.noApplications")}</Text>
              ) : (
                <Rows heads={[t("capture.protocol"), t("capture.events")]} minWidth={240}>
                  {applications.map((one) => (
                    <Table.Tr key={one.name}>
                      <Table.Td className="hostile">{one.name}</Table.Td>
                      <Table.Td>{format.number(one.events)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Rows>
              )}
            </Panel>
          </SimpleGrid>
        )
      }
    </Read>
  );
}

function Tree({ branches }: { branches: Branch[] }) {
  const { t } = useTranslation();
  const heads = [t("capture.protocol"), t("capture.flows"), t("capture.packetsHead"), t("capture.size")];
  return (
    <Rows heads={heads} minWidth={320}>
      {branches.map((one) => (
        <Fragment key={one.name}>
          <Line branch={one} name={one.name || t("capture.otherTransports")} />
          {one.below.map((port) => (
            <Line key={port.name} branch={port} name={t("capture.port", { port: port.name })} isBelow />
          ))}
        </Fragment>
      ))}
    </Rows>
  );
}

function Line({ branch, name, isBelow = false }: { branch: Branch; name: string; isBelow?: boolean }) {
  const format = useFormatter();
  const language = useLanguage();
  return (
    <Table.Tr>
      <Table.Td pl={isBelow ? "xl" : undefined} fw={isBelow ? undefined : 600} className="hostile">
        {name}
      </Table.Td>
      <Table.Td>{format.number(branch.count)}</Table.Td>
      <Table.Td>{format.number(branch.packets)}</Table.Td>
      <Table.Td>{sizeText(branch.bytes, language)}</Table.Td>
    </Table.Tr>
  );
}
