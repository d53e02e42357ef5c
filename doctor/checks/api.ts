import { fine, problem, skipped } from '../finding.ts';
import type { Check, Finding } from '../finding.ts';
import { askHttp } from '../http.ts';
import type { HttpAnswer } from '../http.ts';

export const api: Check = {
  name: 'api',
  run: async ({ apiUrl, named }) => [
    judgeApi(apiUrl, await askHttp(`${apiUrl}/readyz`), named.has('apiUrl')),
  ],
};

export function judgeApi(url: string, answer: HttpAnswer, isNamed: boolean): Finding {
  if (!answer.ok) {
    if (!isNamed) return skipped(`no api runs at ${url}`);
    const mend = 'Start the api, or set its right address with --api-url.';
    return problem(`no api at ${url}: ${answer.reason}`, 'certain', mend);
  }
  const isOurs = /"(status|code)":"(ready|not_ready)"/.test(answer.text);
  if (answer.status === 200 && isOurs) return fine(`the api at ${url} is ready`);
  if (answer.status === 503 && isOurs) {
    const found = `the api at ${url} is not ready: ${detailOf(answer.text)}`;
    return problem(found, 'certain', 'Mend what it names: its broker, its log, or its disk.');
  }
  const found = `what answers at ${url} is no Binjari api (status ${answer.status})`;
  return problem(found, 'likely', 'Set the right address with --api-url.');
}

function detailOf(text: string): string {
  return /"detail":"([^"]*)"/.exec(text)?.[1] ?? 'it does not say why';
}
