// A bar beside a number that says it already; with `mark`, what it is measured by.
interface Props {
  value: number;
  of: number;
  color: string;
  mark?: number | null;
}

const WIDTH = 200;
const HEIGHT = 14;

export function Bar({ value, of, color, mark = null }: Props) {
  const at = (amount: number) => Math.min(WIDTH, (amount / of) * WIDTH);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width="100%" height={HEIGHT} preserveAspectRatio="none" aria-hidden>
      <rect width={WIDTH} height={HEIGHT} fill="var(--tg-surface)" />
      <rect y={2} width={at(value)} height={HEIGHT - 4} fill={color} />
      {mark !== null && (
        <rect x={Math.max(0, at(mark) - 1)} width={2} height={HEIGHT} fill="var(--mantine-color-text)" />
      )}
    </svg>
  );
}
