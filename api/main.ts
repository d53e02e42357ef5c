import { runMain } from '#runtime/main.ts';
import { startApi } from './api.ts';
import { ApiConfig } from './config.ts';
import { readApiFiles } from './own-files.ts';

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
