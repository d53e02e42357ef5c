import { expect, test } from 'vitest';
import { siteSchemaDocument } from '#api/documents/site-schema.ts';

/** After a change of the contract: `npx vitest run tests/api/documents -u` writes the file anew. */
test('the JSON Schema in docs/ is the one that the api answers', async () => {
  const text = `${JSON.stringify(siteSchemaDocument(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../../docs/site.schema.json');
});
