// Which version of its SOP an incident follows: the one it was opened with, whatever is in force now.
import { Anchor, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "../../lib/queries";
import type { Sop } from "../../lib/types";
import { versionName } from "../../lib/version-name";

export function FollowedVersion({ sop }: { sop: Sop }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const { versi, versi_berlaku: inForce } = sop;
  const isKnown = typeof versi === "number";
  return (
    <Group gap="xs" role="note">
      <Text size="sm">
        {isKnown ? t("editor.follows", { versi: versionName(t, versi) }) : t("editor.followsUnknown")}
      </Text>
      {inForce !== undefined && inForce !== versi && (
        <Text size="sm" fw={600}>
          {t("editor.followsOlder", { versi: versionName(t, inForce) })}
        </Text>
      )}
      {me?.petugas && (
        <Anchor
          component={Link}
          to="/sop/$id/sunting"
          params={{ id: sop.id } as never}
          search={(isKnown ? { versi } : {}) as never}
          size="sm"
        >
          {t("editor.seeVersions")}
        </Anchor>
      )}
    </Group>
  );
}
