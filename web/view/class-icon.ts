import type { BayClass } from '#contract/bay-class.ts';
import { h } from './node.ts';
import type { ViewElement } from './node.ts';

/** Outlines on a 20 × 20 field, drawn for this page; the word beside each says the same. */
const OUTLINES: Readonly<Record<BayClass, string>> = {
  general: 'M3 12l2-5h10l2 5v4H3zM6 16v1M14 16v1',
  disabled: 'M9 6v5h4.5l2 5M9 8.2h3.5M7 9.3a4 4 0 1 0 5.2 4.9M9 3v.1',
  family: 'M6.5 4.5v.1M3.5 17v-6a3 3 0 0 1 6 0v6M14.5 8.5v.1M12.3 17v-3.5a2.2 2.2 0 0 1 4.4 0V17',
  compact: 'M3.5 13l1.7-4.5h8.6L16.5 13v3h-13zM6.5 16v1M13.5 16v1',
  ev: 'M11 2.5L5 11h4.5L8.5 17.5L15 8.5h-4.5z',
  pregnant: 'M9.5 3.5v.1M7 17v-6.5a2.5 2.5 0 0 1 4.5-1.5c3.5 1 3.5 5 0 6V17',
  senior: 'M8 3.5v.1M5.5 17v-6.5a2.5 2.5 0 0 1 5 0V17M14.5 17v-6.5a1.5 1.5 0 0 0-3 0',
  resident: 'M3.5 9.5L10 4l6.5 5.5M5.5 8.5V16h9V8.5',
  monthly: 'M4 7l6-3 6 3v7H4z',
  staff: 'M4 7l6-3 6 3v7H4z',
  loading: 'M4 7l6-3 6 3v7l-6 3-6-3zM4 7l6 3 6-3M10 10v7',
};

export function classIcon(bayClass: BayClass): ViewElement {
  return h(
    'svg',
    { class: 'class-icon', viewBox: '0 0 20 20', 'aria-hidden': 'true' },
    h('path', { d: OUTLINES[bayClass] }),
  );
}
