// The positions of an account: what, where, from when to when, by which letter, and whether it counts today.
import { Badge, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Office, Position } from "../../lib/people";
import { roleName, type RoleGroup } from "../../lib/role-options";
import { withCapacity } from "../../lib/signature";
import { useFormatter } from "../../lib/use-formatter";
import { useToday } from "./today";

interface Props {
  positions: Position[];
  /** A disabled account's positions count no more, whatever their days. */
  isDisabled: boolean;
  offices: Office[];
  roles: RoleGroup[];
  onEnd: (position: Position) => void;
}

export function PositionList({ positions, isDisabled, offices, roles, onEnd }: Props) {
  const { t } = useTranslation();
  const today = useToday();
  const stated = positions.map(
    (position) => ({ position, state: isDisabled ? "past" : stateOf(position, today) }) as const,
  );
  if (positions.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("people.noPositions")}
      </Text>
    );
  }
  return (
    <ul className="plain-list hostile">
      {STATES.flatMap((wanted) => stated.filter(({ state }) => state === wanted)).map(({ position, state }) => (
        <li key={position.id} style={{ marginBottom: 10 }}>
          <Line position={position} state={state} offices={offices} roles={roles} onEnd={() => onEnd(position)} />
        </li>
      ))}
    </ul>
  );
}

/** What counts today first, what has ended last. */
const STATES = ["now", "later", "past"] as const;
type State = (typeof STATES)[number];
type LineProps = Pick<Props, "offices" | "roles"> & { position: Position; state: State; onEnd: () => void };

function Line({ position, state, offices, roles, onEnd }: LineProps) {
  const { t } = useTranslation();
  const title = withCapacity(position.jabatan, position.kedudukan);
  const office = offices.length > 1 ? offices.find(({ id }) => id === position.kantor)?.nama : undefined;
  return (
    <Group justify="space-between" align="flex-start" gap="xs">
      <div style={{ flex: "1 1 260px", minWidth: 0 }}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {title}
          </Text>
          <Badge
            variant="outline"
            c="var(--mantine-color-text)"
            bd={`1px solid var(--tg-${state === "now" ? "done" : "idle"})`}
          >
            {t(`people.state.${state}`)}
          </Badge>
        </Group>
        {office && <Text size="xs">{office}</Text>}
        <GroundsOfPosition position={position} />
        <Text size="xs" c="dimmed">
          {position.peran.length === 0
            ? t("people.noRoles")
            : position.peran.map((role) => roleName(roles, role, t("people.unknownRole"))).join("; ")}
        </Text>
      </div>
      {state !== "past" && (
        <Button size="compact-sm" variant="default" aria-label={t("people.endOf", { jabatan: title })} onClick={onEnd}>
          {t("people.end")}
        </Button>
      )}
    </Group>
  );
}

/** Its days, and the letter a Plt. or Plh. acts by. */
export function GroundsOfPosition({ position }: { position: Position }) {
  const { t } = useTranslation();
  const format = useFormatter();
  const { mulai, sampai, nomor_surat, tanggal_surat, menggantikan_nama } = position;
  const never = sampai !== null && sampai < mulai;
  const days = never
    ? t("people.cancelled", { mulai: format.day(mulai) })
    : sampai
      ? t("people.fromTo", { mulai: format.day(mulai), sampai: format.day(sampai) })
      : t("people.from", { mulai: format.day(mulai) });
  const letter = nomor_surat && [nomor_surat, tanggal_surat && format.day(tanggal_surat)].filter(Boolean).join(", ");
  const replaced = menggantikan_nama && t("people.replaces", { nama: menggantikan_nama });
  return (
    <Text size="xs" c="dimmed">
      {[days, letter, replaced].filter(Boolean).join(" · ")}
    </Text>
  );
}

function stateOf({ berlaku, mulai, sampai }: Position, today: string): State {
  if (berlaku) return "now";
  return mulai > today && (sampai === null || sampai >= mulai) ? "later" : "past";
}
