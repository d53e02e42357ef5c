import { runMain } from '#runtime/main.ts';
import { readApiFiles, startApi } from './api.ts';
import { ApiConfig } from './config.ts';

await runMain({
  name: 'api',
  about: 'takes gateways in over MQTT; answers over HTTP and WebSocket',
  schema: ApiConfig,
  check: readApiFiles,
  start: async (config, parts) => {
    const api = await startApi(config, parts);
    return { ready: `api ready at ${api.url}`, close: () => api.close() };
  },
});
