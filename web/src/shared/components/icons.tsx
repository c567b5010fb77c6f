// Line icons on a 24-unit grid. Always beside a word or a label, so hidden from screen readers.
const kPaths = {
  back: "M15 5l-7 7 7 7",
  patients: "M4 6h16M4 12h16M4 18h10",
  bell: "M6 9a6 6 0 1112 0c0 6 2 7 2 7H4s2-1 2-7M10 20h4",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  find: "M11 4a7 7 0 100 14 7 7 0 000-14M20 20l-4-4",
  check: "M5 13l4 4L19 7",
  clock: "M12 3a9 9 0 100 18 9 9 0 000-18M12 7v5l3 2",
  person: "M12 4a4 4 0 100 8 4 4 0 000-8M4 21c1-5 4-6 8-6s7 1 8 6",
  handOver: "M4 8h13l-4-4M20 16H7l4 4",
  star: "M12 3l2.7 5.9 6.3.7-4.7 4.3 1.3 6.3L12 17l-5.6 3.2 1.3-6.3L3 9.6l6.3-.7z",
  feeds: "M3 12h4l3-8 4 16 3-8h4",
  inbox: "M4 5h16v14H4zM4 13h5l1 3h4l1-3h5",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
  route: "M6 4v16M6 8h8l4 4-4 4H6",
  phone: "M6 3l4 1 1 5-3 2a12 12 0 005 5l2-3 5 1 1 4c-8 4-19-7-15-15z",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  next: "M9 5l7 7-7 7",
  trend: "M4 18l5-6 4 3 7-9",
  phoneDevice: "M8 3h8v18H8zM11 18h2",
  key: "M8 8a4 4 0 100 8 4 4 0 000-8M12 12h9v4M17 12v3",
  shield: "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6z",
  switchboard: "M3 5h18v12H3zM8 21h8M12 17v4",
} as const;

export type IconName = keyof typeof kPaths;

export function Icon({ name, isFilled }: { name: IconName; isFilled?: boolean }) {
  return (
    <svg
      class="icon"
      width="24"
      height="24"
      viewBox="0 0 24 24"
      fill={isFilled ? "currentColor" : "none"}
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={kPaths[name]} />
    </svg>
  );
}

const kShapes = {
  critical: "M8 1h8l7 7v8l-7 7H8l-7-7V8z",
  urgent: "M12 2 23 22H1z",
  routine: "M2 3h20v14H10l-5 5v-5H2z",
} as const;

/** Octagon, triangle, speech bubble: severity is never told by colour alone. */
export function SeverityShape({ severity }: { severity: keyof typeof kShapes }) {
  return (
    <svg class="shape" width="14" height="14" viewBox="0 0 24 24" aria-hidden="true">
      <path d={kShapes[severity]} fill="currentColor" />
    </svg>
  );
}
