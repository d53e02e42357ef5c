import { causeText } from '#contract/alarm-causes.ts';
import type { Condition } from './alarm-board.ts';

const DAY_MS = 86_400_000;
const WARN_DAYS = 21;

/** `certificate_expiring` where a certificate ends soon or has ended; both instants in epoch ms. */
export function certificateEndConditions(
  {
    subject,
    holder,
    expiresAt,
  }: {
    readonly subject: string;
    readonly holder: string;
    readonly expiresAt: number;
  },
  now: number,
): Condition[] {
  const days = Math.floor((expiresAt - now) / DAY_MS);
  if (days >= WARN_DAYS) return [];
  const cause =
    days < 0
      ? causeText('certificateEnded', { holder, days: -days })
      : causeText('certificateEnds', { holder, days });
  return [{ alarm: 'certificate_expiring', subject, cause }];
}
