// A part of the page that a figure can lead to: its heading, what is counted, and the figures.
import { Paper, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

export function Section({
  id,
  title,
  hint,
  children,
}: {
  id?: string;
  title: string;
  hint: string;
  children: ReactNode;
}) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title} id={id} tabIndex={id ? -1 : undefined} miw={0}>
      <Title order={2} size="h3">
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {hint}
      </Text>
      {children}
    </Paper>
  );
}
