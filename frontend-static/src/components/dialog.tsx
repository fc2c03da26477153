// Dialogs and fly-outs named by their own heading. Mantine's ready-made ones bring a second page banner.
import { CloseButton, Drawer, Group, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
}

export function Dialog({ opened, onClose, title, children, size = "md" }: Props & { size?: "md" | "lg" }) {
  return (
    <Modal.Root opened={opened} onClose={onClose} centered size={size}>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body pt="md">
          <Head title={<Modal.Title>{title}</Modal.Title>} onClose={onClose} />
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

export function FlyOut({ opened, onClose, title, children }: Props) {
  return (
    <Drawer.Root opened={opened} onClose={onClose} position="right" size="lg">
      <Drawer.Overlay backgroundOpacity={0.35} />
      <Drawer.Content>
        <Drawer.Body pt="md">
          <Head title={<Drawer.Title>{title}</Drawer.Title>} onClose={onClose} />
          {children}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Head({ title, onClose }: { title: ReactNode; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" mb="sm" wrap="nowrap">
      {title}
      <CloseButton aria-label={t("app.close")} onClick={onClose} />
    </Group>
  );
}
