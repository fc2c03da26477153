// One fact of a record: a small label with its value under it, in a Grid.
import { Grid, Text } from "@mantine/core";
import type { ReactNode } from "react";

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Grid.Col span={{ base: 12, xs: 6, md: 3 }}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text className="hostile">{children}</Text>
    </Grid.Col>
  );
}
