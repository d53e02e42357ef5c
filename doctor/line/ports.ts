import { simulatedLinePath } from '#runtime/line-path.ts';
import type { LineProperties } from '#contract/site.ts';
import type { Patient } from '../finding.ts';

/** A line of the site with the device that it is opened by. */
export interface LinePort {
  /** `gateway line`, as findings name it. */
  readonly name: string;
  readonly line: LineProperties;
  readonly path: string;
  readonly isSimulated: boolean;
}

/** Lines that are devices of this machine; serial servers are elsewhere. */
export function linePortsOf({ site, gateway, linesFolder }: Patient): readonly LinePort[] {
  const gateways = (site?.gateways ?? []).filter(
    ({ properties }) => gateway === '' || properties.id === gateway,
  );
  return gateways.flatMap(({ properties: { id, lines } }) =>
    lines.flatMap((line): LinePort[] => {
      const name = `${id} ${line.id}`;
      const { port } = line;
      if (port.kind === 'serial') return [{ name, line, path: port.path, isSimulated: false }];
      if (port.kind === 'tcp') return [];
      const path = simulatedLinePath(linesFolder, id, line.id);
      return [{ name, line, path, isSimulated: true }];
    }),
  );
}
