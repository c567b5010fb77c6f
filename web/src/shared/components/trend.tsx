// The chart, fetched only by the screens that draw one (uPlot is larger than the rest of a screen).
import { lazy } from "./lazy.tsx";

export const Trend = lazy(
  () => import("./trend-chart.tsx").then((module) => module.default),
  <div class="trend-placeholder" />,
);
