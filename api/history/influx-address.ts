import { ConfigError } from '#runtime/errors.ts';

/** Which server, and which database of it (of 2 and 3: the bucket that is mapped to that name). */
export interface InfluxAddress {
  /** Without a path's end or a query. */
  readonly url: string;
  readonly database: string;
  /** Of 1.x: `user:password`; of 2 and 3: an API token; undefined: the server asks for none. */
  readonly token: string | undefined;
}

const DATABASE = /^[\w.-]{1,64}$/;

/**
 * `http://HOST:8086/DATABASE`; the name of the database is binjari where none is given. Throws
 * ConfigError. No secret may stand in it: addresses are logged.
 */
export function influxAddressOf(text: string, token: string | undefined): InfluxAddress {
  const wrong = (expected: string) => new ConfigError([`historyUrl: ${expected}, got "${text}"`]);
  if (!URL.canParse(text)) throw wrong('expected http://HOST:8086/DATABASE');
  const { protocol, origin, pathname, username, password } = new URL(text);
  if (!/^https?:$/.test(protocol)) throw wrong('expected http:// or https://');
  if (username !== '' || password !== '') {
    throw new ConfigError(['historyUrl: expected no user or password; set historyTokenFile']);
  }
  const database = pathname.replace(/^\/+|\/+$/g, '') || 'binjari';
  if (!DATABASE.test(database)) throw wrong('expected a database of letters, digits and . _ -');
  return { url: origin, database, token };
}
