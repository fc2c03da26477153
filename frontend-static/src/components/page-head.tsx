// A page's heading, its second line and what stands at its right; names the browser tab too.
import { Group, Text, Title } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  title: string;
  subtitle?: ReactNode;
  children?: ReactNode;
}

export function PageHead({ title, subtitle, children }: Props) {
  useTitle(title);
  return (
    <Group justify="space-between" align="flex-start" mb="sm" gap="sm">
      <div style={{ minWidth: 0, flex: "1 1 300px" }}>
        <Title order={1} className="hostile">
          {title}
        </Title>
        {subtitle && (
          <Text c="dimmed" component="div" className="hostile">
            {subtitle}
          </Text>
        )}
      </div>
      {children}
    </Group>
  );
}

export function useTitle(title: string): void {
  const name = useTranslation().t("app.name");
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
}
