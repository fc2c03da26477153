// A table that scrolls by itself where the screen is narrow, by keyboard too.
import { Table } from "@mantine/core";
import type { ReactNode } from "react";

interface RowsProps {
  heads: string[];
  /** Pixels below which it scrolls. */
  minWidth?: number;
  children: ReactNode;
}

export function Rows({ heads, minWidth = 480, children }: RowsProps) {
  return (
    <Table.ScrollContainer minWidth={minWidth} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table striped>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
