// A reader that has seen enough (| head) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const args = process.argv.slice(2);
// The agent at a distributor shares nothing with a hub, so nothing of the hub is loaded for it.
const code =
  args[0] === 'agent'
    ? await (await import('./agent/agent-main.js')).agentMain(args.slice(1))
    : await (await import('./cli/main.js')).main(args);
// What is still open by now (a hub that did not come up) is not worth waiting for; what was printed is.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
