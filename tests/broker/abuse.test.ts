import { describe, expect, test } from 'vitest';
import { abuses } from './abuse/abuses.ts';

/** Other tests run beside these; `npm run test:abuse` holds the times themselves. */
const SLACK = 5;

describe('abuse of the broker', () => {
  test.each(abuses.map((abuse) => [abuse.name, abuse.about, abuse] as const))(
    '%s, %s: what must hold holds',
    async (_name, _about, { run }) => {
      const { figures, bars } = await run('short', SLACK);
      const over = bars.filter(([, measured, most]) => !(measured <= most));
      expect({ over, figures }).toEqual({ over: [], figures });
    },
    120_000,
  );
});
