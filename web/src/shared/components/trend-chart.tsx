// One test over time, on a canvas. NHS CUI graph rules: points, straight thin lines between them
// (GTAB-166..171), time in proportion (085), a set range that does not jump (067, 072, 097), one
// series, its reference range as one quiet band named in words (174-183), newest at the right (188).
// The table on the same screen says the same; arrow keys step through the points.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ResultValue } from "../api-types.ts";
import { amount, dateTime, dayAndMonth, time, unitText } from "../format.ts";
import { t } from "../i18n.ts";
import { theme } from "../theme.ts";
import { flagWord } from "../words.ts";
import { plottable, type TrendPoint, yRange } from "./trend-data.ts";

export interface TrendChartProps {
  name: string;
  unit: string | null;
  points: readonly ResultValue[];
  low: number | null;
  high: number | null;
  /** Milliseconds. */
  from: number;
  to: number;
}

const kHeight = 200;
const kFourDays = 4 * 24 * 3_600_000;

export default function TrendChart(props: TrendChartProps) {
  const { name, unit, low, high, from, to } = props;
  const frame = useRef<HTMLDivElement>(null);
  const points = plottable(props.points);
  const shown = points.filter((point) => point.at >= from && point.at <= to);
  const [selected, setSelected] = useState<number | null>(null);
  const index = Math.min(selected ?? shown.length - 1, shown.length - 1);
  const focus = shown[index];
  const current = theme.value;

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const plot = new uPlot(options({ ...props, points, width: element.clientWidth, focus }), series(points), element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: kHeight }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [props.points, low, high, from, to, current, index]);

  const step = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowLeft: index - 1,
      ArrowRight: index + 1,
      Home: 0,
      End: shown.length - 1,
    };
    const target = moves[event.key];
    if (target === undefined) return;
    event.preventDefault();
    setSelected(Math.max(0, Math.min(shown.length - 1, target)));
  };
  const pick = (event: PointerEvent) => {
    const box = frame.current?.querySelector(".u-over")?.getBoundingClientRect();
    if (!box || shown.length === 0) return;
    const at = from + ((event.clientX - box.left) / box.width) * (to - from);
    setSelected(nearest(shown, at));
  };

  return (
    <figure class="trend">
      <p class="trend-focus" aria-hidden="true">
        {focus ? `${amount(focus.value)} ${unitText(unit ?? "")} · ${dateTime(focus.at)}` : t("trend_none_in_range")}
      </p>
      <div
        ref={frame}
        class="trend-canvas"
        role="slider"
        tabIndex={0}
        aria-label={t("trend_label", { name })}
        aria-valuemin={1}
        aria-valuemax={Math.max(1, shown.length)}
        aria-valuenow={Math.max(1, index + 1)}
        aria-valuetext={focus ? spoken(focus, unit) : t("trend_none_in_range")}
        onKeyDown={step}
        onPointerDown={pick}
      />
    </figure>
  );
}

function spoken(point: TrendPoint, unit: string | null): string {
  const flag = point.flag === "normal" || point.flag === "unknown" ? "" : `, ${flagWord(point.flag)}`;
  return `${amount(point.value)} ${unitText(unit ?? "")}${flag}, ${dateTime(point.at)}`;
}

function nearest(points: readonly TrendPoint[], at: number): number {
  let best = 0;
  for (const [index, point] of points.entries()) {
    if (Math.abs(point.at - at) < Math.abs((points[best]?.at ?? Infinity) - at)) best = index;
  }
  return best;
}

function series(points: readonly TrendPoint[]): uPlot.AlignedData {
  return [points.map((point) => point.at / 1000), points.map((point) => point.number)];
}

interface ChartInput extends Omit<TrendChartProps, "points"> {
  points: readonly TrendPoint[];
  width: number;
  focus: TrendPoint | undefined;
}

function options({ name, points, low, high, from, to, width, focus }: ChartInput): uPlot.Options {
  const token = (property: string) => getComputedStyle(document.documentElement).getPropertyValue(property).trim();
  const axisFont = `13px ${token("--font")}`;
  const range = yRange(points, low, high);
  const isShort = to - from <= kFourDays;
  const axis = {
    stroke: token("--ink-2"),
    grid: { stroke: token("--line"), width: 1 },
    ticks: { show: false },
    font: axisFont,
  };
  return {
    width,
    height: kHeight,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: true, range: [from / 1000, to / 1000] }, y: { range: () => range } },
    axes: [
      {
        ...axis,
        size: 28,
        space: 76,
        values: (_plot, splits) => splits.map((split) => axisLabel(split * 1000, isShort)),
      },
      { ...axis, size: 48 },
    ],
    series: [
      {},
      {
        label: name,
        stroke: token("--primary"),
        width: 1.5,
        points: { show: true, size: 9, fill: token("--primary"), stroke: token("--surface"), width: 1.5 },
      },
    ],
    hooks: {
      drawClear: [(plot) => drawReferenceBand(plot, low, high, token("--good-tint"), token("--good"))],
      draw: [(plot) => drawFocus(plot, focus, token)],
    },
  };
}

function axisLabel(at: number, isShort: boolean): string {
  const isMidnight = time(at) === "00:00";
  return isShort && !isMidnight ? time(at) : dayAndMonth(at);
}

function drawReferenceBand(plot: uPlot, low: number | null, high: number | null, fill: string, edge: string): void {
  if (low === null && high === null) return;
  const { left, top, width, height } = plot.bbox;
  const bottom = top + height;
  const upper = high === null ? top : Math.max(top, plot.valToPos(high, "y", true));
  const lower = low === null ? bottom : Math.min(bottom, plot.valToPos(low, "y", true));
  const { ctx } = plot;
  ctx.save();
  ctx.fillStyle = fill;
  ctx.fillRect(left, upper, width, lower - upper);
  ctx.strokeStyle = edge;
  ctx.globalAlpha = 0.5;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const [limit, y] of [
    [high, upper],
    [low, lower],
  ] as const) {
    if (limit === null) continue;
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
  }
  ctx.restore();
}

/** The focus line and a ring round the point in focus, coloured by its flag. */
function drawFocus(plot: uPlot, focus: TrendPoint | undefined, token: (property: string) => string): void {
  if (!focus) return;
  const { ctx, bbox } = plot;
  const x = plot.valToPos(focus.at / 1000, "x", true);
  const y = plot.valToPos(focus.number, "y", true);
  const isCalm = focus.flag === "normal" || focus.flag === "unknown";
  ctx.save();
  ctx.strokeStyle = token("--ink-2");
  ctx.globalAlpha = 0.6;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = token(isCalm ? "--primary" : "--critical");
  ctx.lineWidth = 3 * devicePixelRatio;
  ctx.beginPath();
  ctx.arc(x, y, 9 * devicePixelRatio, 0, 2 * Math.PI);
  ctx.stroke();
  ctx.restore();
}
