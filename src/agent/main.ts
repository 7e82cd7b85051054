import { agentMain } from './agent-main.js';

// The agent alone, as it is packed for distributors. Bundled as CommonJS, so nothing is awaited up here.
void agentMain(process.argv.slice(2)).then((code) => {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
});
