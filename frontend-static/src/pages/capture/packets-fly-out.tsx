// The packets of one conversation, one line each, as the dissector reads them: hostile text.
import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FlyOut } from "../../components/dialog";
import { Empty, Read } from "../../components/feedback";
import { Rows } from "../../components/rows";
import { usePackets, type EvidenceOf, type FlowOf } from "../../lib/capture-api";
import { useFormatter } from "../../lib/use-formatter";

interface Props {
  of: EvidenceOf;
  flow: FlowOf | undefined;
  onClose: () => void;
}

const HEADS = ["no", "time", "source", "bytes", "protocol", "info"] as const;

export function PacketsFlyOut({ of, flow, onClose }: Props) {
  const title = flow
    ? `${flow.transport} ${flow.source_ip} ${flow.source_port} – ${flow.destination_ip} ${flow.destination_port}`
    : "";
  return (
    <FlyOut opened={flow !== undefined} onClose={onClose} title={title}>
      {flow && <Packets of={of} flow={flow} />}
    </FlyOut>
  );
}

function Packets({ of, flow }: { of: EvidenceOf; flow: FlowOf }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const heads = HEADS.map((head) => t(`capture.${head}`));
  return (
    <Read query={usePackets(of, flow)}>
      {({ items, lengkap }) => (
        <>
          {!lengkap && <Text size="sm">{t("capture.packetsCut")}</Text>}
          {items.length === 0 ? (
            <Empty>{t("capture.noPackets")}</Empty>
          ) : (
            <Rows heads={heads} minWidth={640}>
              {items.map((one) => (
                <Table.Tr key={one.no}>
                  <Table.Td>{format.number(one.no)}</Table.Td>
                  <Table.Td>{one.time.slice(11, 26)}</Table.Td>
                  <Table.Td className="hostile">{one.source}</Table.Td>
                  <Table.Td>{format.number(one.length)}</Table.Td>
                  <Table.Td className="hostile">{one.protocol}</Table.Td>
                  <Table.Td className="mono">{one.info}</Table.Td>
                </Table.Tr>
              ))}
            </Rows>
          )}
        </>
      )}
    </Read>
  );
}
