// Who talked in a capture, the most bytes first; an address leads to its conversations.
import { Button, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useCaptureEndpoints, type CaptureOf } from "../../lib/capture-api";
import { sizeText } from "../../lib/format";
import { useFormatter, useLanguage } from "../../lib/use-formatter";
import { PagedTable } from "./paged-table";

const HEADS = ["address", "flows", "packetsHead", "sent", "received", "size"] as const;

export function EndpointsTab({ of, onAddress }: { of: CaptureOf; onAddress: (address: string) => void }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const language = useLanguage();
  const query = useCaptureEndpoints(of);
  return (
    <PagedTable query={query} heads={HEADS.map((head) => t(`capture.${head}`))} minWidth={640}>
      {(one) => (
        <Table.Tr key={one.address}>
          <Table.Td>
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => onAddress(one.address)}
              aria-label={t("capture.conversationsOf", { address: one.address })}
            >
              {one.address}
            </Button>
          </Table.Td>
          <Table.Td>{format.number(one.flows)}</Table.Td>
          <Table.Td>{format.number(one.packets)}</Table.Td>
          <Table.Td>{sizeText(one.sent_bytes, language)}</Table.Td>
          <Table.Td>{sizeText(one.received_bytes, language)}</Table.Td>
          <Table.Td>{sizeText(one.bytes, language)}</Table.Td>
        </Table.Tr>
      )}
    </PagedTable>
  );
}
