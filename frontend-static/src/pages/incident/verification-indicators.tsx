// Each indicator by itself: seen again since the repair, or not since when.
import { Anchor, Table, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { queryOfGroup } from "../../lib/event-query";
import type { Indicator, Verification } from "../../lib/types";
import { useFormatter } from "../../lib/use-formatter";

export function VerificationIndicators({ data }: { data: Verification }) {
  const { t } = useTranslation();
  const indicators = data.hasil?.indikator ?? [];
  if (indicators.length === 0) return null;
  return (
    <div>
      <Title order={3} mb="xs">
        {t("verification.indicators")}
      </Title>
      <div className="scroll-x" role="region" tabIndex={0} aria-label={t("verification.indicators")}>
        <Table miw={640}>
          <Table.Thead>
            <Table.Tr>
              {(["indicator", "seenAfter", "lastAfter", "lastBefore"] as const).map((column) => (
                <Table.Th key={column}>{t(`verification.${column}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {indicators.map((one) => (
              <Row key={`${one.bidang}.${one.nilai}`} indicator={one} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </div>
  );
}

function Row({ indicator }: { indicator: Indicator }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const query = queryOfGroup({ [indicator.bidang]: indicator.nilai });
  return (
    <Table.Tr>
      <Table.Td className="hostile">
        <Text size="xs" c="dimmed">
          {indicator.bidang}
        </Text>
        {query ? (
          <Anchor component={Link} to={`/data?q=${encodeURIComponent(query)}`}>
            {indicator.nilai}
          </Anchor>
        ) : (
          indicator.nilai
        )}
      </Table.Td>
      <Table.Td>
        {indicator.dapat_dicari ? (
          <Text fw={indicator.sesudah > 0 ? 600 : 400}>
            {indicator.sesudah > 0
              ? t("verification.seenTimes", { events: format.number(indicator.sesudah) })
              : t("verification.notSeen")}
          </Text>
        ) : (
          t("verification.unsearchable")
        )}
      </Table.Td>
      <Table.Td>{indicator.terakhir ? format.moment(indicator.terakhir) : "–"}</Table.Td>
      <Table.Td>{indicator.terakhir_sebelum ? format.moment(indicator.terakhir_sebelum) : "–"}</Table.Td>
    </Table.Tr>
  );
}
