import { inflateSync } from 'node:zlib';
import { MAX_LINES_BYTES } from '#contract/gateway-site.ts';
import type { GatewaySiteMessage, LinesRead } from '#contract/gateway-site.ts';
import { readGatewayLines } from '#contract/gateway-site.ts';
import type { GatewayId } from '#contract/ids.ts';
import { messageOf } from '#runtime/errors.ts';

/** The lines of a message, however they travelled. */
export function linesOfMessage(gateway: GatewayId, message: GatewaySiteMessage): LinesRead {
  const { lines, packed } = message;
  if (lines !== undefined) return readGatewayLines(gateway, lines);
  if (packed === undefined) return { ok: false, problems: ['expected lines, or packed ones'] };
  try {
    const text = inflateSync(Buffer.from(packed, 'base64'), { maxOutputLength: MAX_LINES_BYTES });
    const unpacked: unknown = JSON.parse(text.toString('utf8'));
    if (!Array.isArray(unpacked)) return { ok: false, problems: ['packed: expected a list'] };
    return readGatewayLines(gateway, unpacked);
  } catch (error) {
    return { ok: false, problems: [`packed: ${messageOf(error)}`] };
  }
}
