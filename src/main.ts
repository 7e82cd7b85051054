import { main } from './cli/main.js';

// A reader that has seen enough (| head) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const code = await main(process.argv.slice(2));
// What is still open by now (a hub that did not come up) is not worth waiting for; what was printed is.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
