import { runMain } from '#runtime/main.ts';
import { isCommand, runCommand } from './commands/program.ts';
import { GatewayConfig } from './config.ts';
import { readGateway, startGateway } from './gateway.ts';

const args = process.argv.slice(2);
if (isCommand(args)) process.exitCode = await runCommand(args);
else {
  await runMain({
    name: 'gateway',
    about: 'reads the bay sensors of its serial lines and tells the api what they say',
    schema: GatewayConfig,
    check: (config) => readGateway(config),
    start: startGateway,
  });
}
