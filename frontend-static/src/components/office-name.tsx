// Whose incident it is, where the installation serves several offices and it is not the reader's own.
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMe } from "../lib/queries";
import { officesQuery } from "../lib/time-api";

export function OtherOffice({ kantor }: { kantor: string }) {
  const { data: me } = useMe();
  const offices = useQuery(officesQuery).data?.items ?? [];
  const nama = offices.find(({ id }) => id === kantor)?.nama;
  if (me === undefined || kantor === me.kantor_id || nama === undefined) return null;
  return (
    <Text size="xs" fw={600}>
      {nama}
    </Text>
  );
}
