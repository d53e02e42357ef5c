import { parseArgs } from 'node:util';
import { messageOf } from '#runtime/errors.ts';

/** What may be exported, and whether it can be limited to a range. */
export const exports = {
  stays: { ranged: true },
  observed: { ranged: true },
  records: { ranged: false },
} as const;
export type ExportName = keyof typeof exports;

/** What an operator asked for. */
export type Command =
  | { readonly kind: 'help' | 'version' }
  | ({ readonly kind: 'status'; readonly json: boolean } & Asked)
  | ({ readonly kind: 'rebuild' } & Asked)
  | ({
      readonly kind: 'export';
      readonly what: ExportName;
      /** ISO 8601, as given; undefined: without that bound. */
      readonly from: string | undefined;
      readonly to: string | undefined;
      readonly outFile: string | undefined;
    } & Asked)
  | { readonly kind: 'wrong'; readonly why: string };

interface Asked {
  readonly url: string;
  readonly tokenFile: string | undefined;
  readonly quiet: boolean;
}

export const HELP = `admin: asks the running api; never touches its files.

usage: npm run admin -- COMMAND [options]

commands
  status                 readiness, the view's lag, gateways and their lines
  rebuild                make the view again from the event log; waits until it is done
  export stays           single stays, one JSON line each
  export observed        when each bay was observed, one JSON line each
  export records         the event log's records, one JSON line each

options
  --from TIME  --to TIME  stays and observed within [from, to), ISO 8601 with offset
  --out FILE              write to a file instead of stdout; put in place when complete
  --url URL               the api; default http://127.0.0.1:8080, or BINJARI_URL
  --token-file FILE       the operator token; else BINJARI_OPERATOR_TOKEN_FILE, else
                          the one data/*/operator.token
  --json                  status as JSON
  --quiet                 no progress
  --help  --version

examples
  npm run admin -- status
  npm run admin -- export stays --from 2026-11-01T00:00:00+09:00 --out stays.ndjson
  npm run admin -- rebuild --url http://10.0.0.5:8080 --token-file operator.token

exit codes
  0 done   1 the api could not do it   2 the command line is wrong
  3 the token is missing or refused    4 the api cannot be reached
`;

const options = {
  from: { type: 'string' },
  to: { type: 'string' },
  out: { type: 'string' },
  url: { type: 'string' },
  'token-file': { type: 'string' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean' },
  version: { type: 'boolean' },
} as const;

/** Reads a command line; what is wrong with it is a value with the reason. */
export function readCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Command {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    return { kind: 'wrong', why: messageOf(error) };
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const url = values.url ?? env['BINJARI_URL'] ?? 'http://127.0.0.1:8080';
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    return { kind: 'wrong', why: `--url: expected http://HOST:PORT, got "${url}"` };
  }
  const asked: Asked = {
    url: url.replace(/\/+$/, ''),
    tokenFile: values['token-file'] ?? env['BINJARI_OPERATOR_TOKEN_FILE'],
    quiet: values.quiet ?? false,
  };
  const [name, what, ...more] = positionals;
  if (name === 'export') return exportCommand(what, more, values, asked);
  if (what !== undefined) return { kind: 'wrong', why: `${name}: takes no "${what}"` };
  if (values.from ?? values.to ?? values.out) {
    return { kind: 'wrong', why: '--from, --to and --out are for export' };
  }
  if (name === 'status') return { kind: 'status', json: values.json ?? false, ...asked };
  if (name === 'rebuild') return { kind: 'rebuild', ...asked };
  const why = name === undefined ? 'expected a command' : `no command "${name}"`;
  return { kind: 'wrong', why: `${why}: status, rebuild, export` };
}

function exportCommand(
  what: string | undefined,
  more: readonly string[],
  values: { readonly from?: string; readonly to?: string; readonly out?: string },
  asked: Asked,
): Command {
  const wrong = (why: string): Command => ({ kind: 'wrong', why });
  if (what === undefined || !Object.hasOwn(exports, what) || more.length > 0) {
    return wrong(`export: expected one of ${Object.keys(exports).join(', ')}`);
  }
  const name = what as ExportName;
  for (const bound of ['from', 'to'] as const) {
    const given = values[bound];
    if (given === undefined) continue;
    if (!exports[name].ranged) return wrong(`export ${name}: takes no --${bound}`);
    if (!/T.*(Z|[+-]\d\d:\d\d)$/.test(given) || Number.isNaN(Date.parse(given))) {
      return wrong(`--${bound}: expected e.g. 2026-11-22T09:00:00+09:00, got "${given}"`);
    }
  }
  const { from, to, out: outFile } = values;
  return { kind: 'export', what: name, from, to, outFile, ...asked };
}
