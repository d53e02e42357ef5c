import * as z from 'zod';
import { SiteFile } from '#contract/site.ts';
import { withPortablePatterns } from './portable-patterns.ts';

/** JSON Schema of the site file. What one feature says of another is checked besides. */
export function siteSchemaDocument(): Record<string, unknown> {
  const schema = withPortablePatterns(
    z.toJSONSchema(SiteFile, { io: 'input', target: 'draft-2020-12' }),
  );
  return {
    ...schema,
    title: 'Binjari site file',
    description:
      'Everything of a deployment that is not code: markets, lots, entrances, bays, signs, gateways and the backdrop of the map. Coordinates are [longitude, latitude] (RFC 7946).',
  };
}
