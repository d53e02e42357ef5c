import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { LotDayAnswer } from '#contract/history.ts';
import { useDesk } from '../frame/desk.ts';
import type { ConsoleFormat } from '../format.ts';
import { rowSpansOf } from './bay-spans.ts';
import { colourOf } from './colours.ts';

interface BayRowsProperties {
  readonly day: LotDayAnswer;
  readonly now: number;
  readonly label: string;
}

const [ROW, LABELS, FOOT] = [22, 84, 24];
const HOURS_A_MARK = 3;
/** A word a mark, or a mark in two, four or eight: words do not touch. */
const MARKS_A_WORD = [1, 2, 4, 8];
const BETWEEN_WORDS = 8;

/** The rows on a canvas: a thousand bays are as quick as ten. */
export function BayRows({ day, now, label }: BayRowsProperties): ComponentChildren {
  const { format } = useDesk();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const again = () => drawRows(element, day, now, format);
    again();
    const observer = new ResizeObserver(again);
    observer.observe(element);
    const theme = new MutationObserver(again);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      observer.disconnect();
      theme.disconnect();
    };
  }, [day, now, format]);
  const height = `${day.bays.length * ROW + FOOT}px`;
  return h('canvas', {
    class: 'bay-rows',
    ref: canvas,
    role: 'img',
    'aria-label': label,
    style: { height },
  });
}

function drawRows(
  canvas: HTMLCanvasElement,
  day: LotDayAnswer,
  now: number,
  format: ConsoleFormat,
): void {
  const ratio = devicePixelRatio;
  const [width, height] = [canvas.clientWidth, day.bays.length * ROW + FOOT];
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  pen.scale(ratio, ratio);
  const within = canvas.parentElement ?? document.body;
  const colour = (name: string) => colourOf(name, within);
  const looks = { stay: colour('--plenty'), long: colour('--full'), unseen: hatch(pen, colour) };
  const [ink, line] = [colour('--ink-2'), colour('--line')];
  const window = { from: Date.parse(day.from), to: Date.parse(day.to) };
  const x = (part: number) => LABELS + part * (width - LABELS - 4);
  pen.font = `12px ${getComputedStyle(canvas).fontFamily}`;
  pen.textBaseline = 'middle';
  const hours = Math.round((window.to - window.from) / 3_600_000);
  const clockAt = (hour: number) => format.clock(window.from + hour * 3_600_000);
  // The first word begins at its mark, the others have it in their middle.
  const wordPx = 1.5 * pen.measureText(clockAt(0)).width + BETWEEN_WORDS;
  const markPx = x(HOURS_A_MARK / hours) - x(0);
  const marks = MARKS_A_WORD.find((many) => many * markPx >= wordPx) ?? hours;
  for (let hour = 0; hour <= hours; hour += HOURS_A_MARK) {
    pen.fillStyle = line;
    pen.fillRect(x(hour / hours), 0, 1, height - FOOT);
    pen.fillStyle = ink;
    pen.textAlign = hour === 0 ? 'left' : 'center';
    const hasWord = hour < hours && hour % (marks * HOURS_A_MARK) === 0;
    if (hasWord) pen.fillText(clockAt(hour), x(hour / hours), height - FOOT / 2);
  }
  for (const [at, bay] of day.bays.entries()) {
    const y = at * ROW;
    pen.fillStyle = ink;
    pen.textAlign = 'right';
    pen.fillText(bay.label, LABELS - 8, y + ROW / 2, LABELS - 10);
    for (const { from, to, look } of rowSpansOf(bay, window, now)) {
      pen.fillStyle = looks[look];
      pen.fillRect(x(from), y + 5, Math.max(1, x(to) - x(from) - 0.5), ROW - 10);
    }
  }
}

/** Slanted lines, for what nobody saw: another thing than a car and than no car. */
function hatch(
  pen: CanvasRenderingContext2D,
  colour: (name: string) => string,
): CanvasPattern | string {
  const tile = document.createElement('canvas');
  [tile.width, tile.height] = [6, 6];
  const own = tile.getContext('2d');
  if (own === null) return colour('--hatch');
  own.strokeStyle = colour('--hatch');
  own.lineWidth = 1.5;
  own.beginPath();
  own.moveTo(-1, 7);
  own.lineTo(7, -1);
  own.stroke();
  return pen.createPattern(tile, 'repeat') ?? colour('--hatch');
}
