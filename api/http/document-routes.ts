import * as z from 'zod';
import { asyncApiDocumentOf } from '../documents/asyncapi.ts';
import { docsPageOf } from '../documents/docs-page.ts';
import { openApiDocumentOf } from '../documents/openapi.ts';
import { siteSchemaDocument } from '../documents/site-schema.ts';
import type { ApiContext } from './context.ts';
import { lastingBodyOf } from './fixed-body.ts';
import type { FixedBody } from './fixed-body.ts';
import { PUBLIC_FIXED } from './route.ts';
import type { Route } from './route.ts';
import { JSON_MEDIA, once } from './site-routes.ts';

const AnyObject = z.record(z.string(), z.unknown());

/** The interface's own description; `table` is every route there is, these included. */
export function documentRoutes(context: ApiContext, table: () => readonly Route[]): Route[] {
  const { publicUrl } = context;
  let docs: FixedBody | undefined;
  const fixed = {
    method: 'get',
    access: 'public',
    problems: [],
    cacheControl: PUBLIC_FIXED,
  } as const;
  return [
    {
      ...fixed,
      path: '/api/v1/site.schema.json',
      about: 'JSON Schema of the site file, for editors and for those who write one.',
      media: { 'application/schema+json': AnyObject, [JSON_MEDIA]: AnyObject },
      answer: once(siteSchemaDocument),
    },
    {
      ...fixed,
      path: '/openapi.json',
      about: 'This interface as an OpenAPI 3.1 document.',
      media: { [JSON_MEDIA]: AnyObject },
      answer: once(() => openApiDocumentOf(table(), publicUrl)),
    },
    {
      ...fixed,
      path: '/asyncapi.json',
      about: 'MQTT topics and the live channel as an AsyncAPI 3.0 document.',
      media: { [JSON_MEDIA]: AnyObject },
      answer: once(() => asyncApiDocumentOf(publicUrl)),
    },
    {
      ...fixed,
      path: '/docs',
      about: 'The interface for people.',
      access: 'page',
      media: { 'text/html': z.string() },
      answer: () => {
        docs ??= lastingBodyOf(docsPageOf(table()));
        return { kind: 'fixed', body: docs };
      },
    },
  ];
}
