import { fine, problem, skipped } from '../finding.ts';
import type { Check, Finding } from '../finding.ts';
import { askHttp } from '../http.ts';
import type { HttpAnswer } from '../http.ts';

export const influx: Check = {
  name: 'influxdb',
  run: async ({ historyUrl }) =>
    historyUrl === ''
      ? [skipped('no InfluxDB is set')]
      : [judgeInflux(historyUrl, await askHttp(`${new URL(historyUrl).origin}/ping`))],
};

/** `/ping` answers 204, or 200 in later versions, and names its version in a header. */
export function judgeInflux(url: string, answer: HttpAnswer): Finding {
  if (!answer.ok) {
    const mend = 'Start InfluxDB, or set its right address with --history-url.';
    return problem(`no InfluxDB at ${url}: ${answer.reason}`, 'certain', mend);
  }
  const version = answer.headers.get('x-influxdb-version');
  if (answer.status < 300 && version !== null) return fine(`InfluxDB ${version} at ${url}`);
  const found = `what answers at ${url} is no InfluxDB (status ${answer.status})`;
  return problem(found, 'likely', 'Set the right address with --history-url.');
}
