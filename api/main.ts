import { systemClock } from '#runtime/clock.ts';
import { openLog } from '#runtime/log.ts';
import { runMain } from '#runtime/main.ts';
import { readApiFiles, startApi } from './api.ts';
import { ApiConfig } from './config.ts';

await runMain({
  name: 'api',
  about: 'takes gateways in over MQTT; answers over HTTP and WebSocket',
  schema: ApiConfig,
  check: readApiFiles,
  start: async (config) => {
    const log = openLog('api', config.logLevel);
    const api = await startApi(config, { clock: systemClock, log });
    return { ready: `api ready at ${api.url}`, close: () => api.close() };
  },
});
