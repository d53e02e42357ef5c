import type { AccessScope } from '#contract/access.ts';
import type { LineId } from '#contract/ids.ts';
import { coversLot } from '../operations/caller.ts';
import type { GatewayStatusReader } from '../state/gateway-status.ts';
import type { SiteIndex } from './site-index.ts';

type Status = ReturnType<GatewayStatusReader['all']>[number];

/** The gateways that watch any bay of the scope, with those of their lines alone that do. */
export function ownGateways(
  all: readonly Status[],
  scope: AccessScope,
  { site, bays }: SiteIndex,
): readonly Status[] {
  if (scope === 'site') return all;
  const ownLines = new Map(
    site.gateways.map(({ properties: { id, lines } }) => {
      const own = lines.filter(({ sensors }) =>
        sensors.some(({ bay }) => coversLot(scope, bays.get(bay)?.properties.lot ?? null)),
      );
      return [id, new Set<LineId>(own.map((line) => line.id))] as const;
    }),
  );
  return all.flatMap((status) => {
    const own = ownLines.get(status.gateway);
    if (own === undefined || own.size === 0) return [];
    const { last } = status;
    if (last?.state !== 'online') return [status];
    return [
      { ...status, last: { ...last, lines: last.lines.filter(({ line }) => own.has(line)) } },
    ];
  });
}
