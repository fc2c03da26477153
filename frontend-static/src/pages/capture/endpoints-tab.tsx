// Who talked in a capture, the most bytes first; an address leads to its conversations.
import { Button, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { LoadMore } from "../../components/load-more";
import { Rows } from "../../components/rows";
import { useCaptureEndpoints, type CaptureOf } from "../../lib/capture-api";
import { sizeText } from "../../lib/format";
import { useFormatter, useLanguage } from "../../lib/use-formatter";

const HEADS = ["address", "flows", "packetsHead", "sent", "received", "size"] as const;

export function EndpointsTab({ of, onAddress }: { of: CaptureOf; onAddress: (address: string) => void }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const language = useLanguage();
  const query = useCaptureEndpoints(of);
  return (
    <>
      <Read query={query}>
        {(data) => {
          const items = data.pages.flatMap((page) => page.items);
          if (items.length === 0) return <Empty>{t("capture.empty")}</Empty>;
          return (
            <>
              <Text role="status" size="sm" mb="xs">
                {t("capture.rows", { total: format.number(data.pages[0]?.total ?? items.length) })}
              </Text>
              <Rows heads={HEADS.map((head) => t(`capture.${head}`))} minWidth={640}>
                {items.map((one) => (
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
                ))}
              </Rows>
            </>
          );
        }}
      </Read>
      <LoadMore query={query} />
    </>
  );
}
