// One list of a capture, page by page: how many rows there are, those that were read, and the next ones on demand.
import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Read } from "../../components/feedback";
import { LoadMore } from "../../components/load-more";
import { Rows } from "../../components/rows";
import { useFormatter } from "../../lib/use-formatter";

interface Props<Item> {
  query: {
    data: { pages: { items: Item[]; total?: number | null }[] } | undefined;
    error: Error | null;
    refetch: () => unknown;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => unknown;
  };
  heads: string[];
  /** Pixels below which it scrolls. */
  minWidth: number;
  /** One table row, with its key. */
  children: (item: Item) => ReactNode;
}

export function PagedTable<Item>({ query, heads, minWidth, children }: Props<Item>) {
  const { t } = useTranslation();
  const format = useFormatter();
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
              <Rows heads={heads} minWidth={minWidth}>
                {items.map(children)}
              </Rows>
            </>
          );
        }}
      </Read>
      <LoadMore query={query} />
    </>
  );
}
