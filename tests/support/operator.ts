import { readFileSync } from 'node:fs';

/** Asks an api with its operator token; throws what it answers instead of 2xx. */
export interface Operator {
  get(path: string): Promise<unknown>;
  post(path: string, body?: string): Promise<unknown>;
}

export function operatorOf(url: string, tokenFile: string): Operator {
  const ask = async (path: string, init: RequestInit): Promise<unknown> => {
    const token = readFileSync(tokenFile, 'utf8').trim();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}${path}`, { ...init, headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return {
    get: (path) => ask(path, {}),
    post: (path, body) => ask(path, { method: 'POST', ...(body !== undefined && { body }) }),
  };
}
