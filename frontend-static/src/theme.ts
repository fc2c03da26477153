// Colours, sizes and defaults of the page. Contrast is at least 4.5:1 in both schemes; Mantine's own defaults miss it in places.
import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  CloseButton,
  MultiSelect,
  Select,
  Tooltip,
  colorsTuple,
  createTheme,
  type CSSVariablesResolver,
} from "@mantine/core";

export const theme = createTheme({
  primaryColor: "indigo",
  respectReducedMotion: true,
  // Shade 6 carries white text at 4.3:1 only.
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: "md",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "Segoe UI Mono", Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: {
    sizes: {
      h1: { fontSize: "1.375rem" },
      h2: { fontSize: "1.0625rem" },
      h3: { fontSize: "1rem" },
      h4: { fontSize: "0.875rem" },
    },
  },
  colors: {
    // One colour a level: all shades alike, since the badge's meaning is the colour itself.
    informational: colorsTuple("#495057"),
    low: colorsTuple("#1864ab"),
    medium: colorsTuple("#8a5300"),
    high: colorsTuple("#bf3f00"),
    critical: colorsTuple("#b42318"),
    done: colorsTuple("#2b7a3b"),
  },
  components: {
    // A word cut off with dots says nothing; the badge grows instead.
    Badge: Badge.extend({ styles: { root: { minWidth: "max-content" }, label: { overflow: "visible" } } }),
    Button: Button.extend({ defaultProps: { radius: "md" } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray" } }),
    CloseButton: CloseButton.extend({ defaultProps: { variant: "subtle" } }),
    // Inside the page rather than at the end of <body>, so that they belong to a landmark.
    Select: Select.extend({ defaultProps: { comboboxProps: { withinPortal: false } } }),
    MultiSelect: MultiSelect.extend({ defaultProps: { comboboxProps: { withinPortal: false } } }),
    Tooltip: Tooltip.extend({ defaultProps: { withinPortal: false } }),
    Alert: Alert.extend({ defaultProps: { variant: "light" } }),
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#545b63",
    "--mantine-color-placeholder": "#6a717a",
    "--mantine-color-error": "#b42318",
    "--mantine-color-anchor": "#3b4fc0",
    "--tg-surface": "#f6f7fa",
    "--tg-line": "#ccd3da",
    "--tg-done": "#2b7a3b",
    "--tg-active": "#1864ab",
    "--tg-active-row": "#e7edff",
    "--tg-rework": "#c92a2a",
    "--tg-idle": "#75808a",
    "--tg-halo": "#ffffff",
  },
  dark: {
    "--mantine-color-dimmed": "#adb5bd",
    "--mantine-color-placeholder": "#9aa2aa",
    "--mantine-color-error": "#ff8f8f",
    "--mantine-color-anchor": "#9db2ff",
    "--tg-surface": "#1b1d21",
    "--tg-line": "#454b52",
    "--tg-done": "#37914a",
    "--tg-active": "#2b86d6",
    "--tg-active-row": "#1e2a47",
    "--tg-rework": "#ff7b7b",
    "--tg-idle": "#8f99a3",
    "--tg-halo": "#242424",
  },
});
