// Who may import whom: model <- master <- journey <- { schedule, alerts, share } <- { connectors, db, jobs } <- app <- server <- cli, main.
// The border test in test/borders.test.ts proves that this configuration sees the files.
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'model-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { path: '^(src|connectors|migrations|scripts)/', pathNot: '^src/model/' },
    },
    {
      name: 'journey-is-pure',
      severity: 'error',
      from: { path: '^src/journey/' },
      to: { path: '^(src|connectors|migrations|scripts)/', pathNot: '^src/(model|master|journey)/' },
    },
    {
      name: 'master-is-pure',
      severity: 'error',
      from: { path: '^src/master/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(src|connectors|migrations|scripts)/', pathNot: '^src/(model|master)/' },
    },
    {
      name: 'journey-knows-no-shell',
      severity: 'error',
      from: { path: '^(src/(model|master|journey)|connectors)/', pathNot: '^connectors/database/' },
      to: { path: 'node_modules/(@nestjs|knex|pg|bullmq)/' },
    },
    {
      name: 'db-knows-no-neighbour',
      severity: 'error',
      from: { path: '^src/db/' },
      to: { path: '^(src/(jobs|app|server|cli)|connectors)/' },
    },
    {
      name: 'jobs-know-no-neighbour',
      severity: 'error',
      from: { path: '^src/jobs/' },
      to: { path: '^(src/(db|app|server|cli)|connectors)/' },
    },
    {
      name: 'schedule-alerts-and-share-are-pure',
      severity: 'error',
      from: { path: '^src/(schedule|alerts|share)/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(src|connectors|migrations|scripts)/', pathNot: '^src/(model|master|journey|schedule|alerts|share)/' },
    },
    {
      name: 'connectors-know-no-neighbour',
      severity: 'error',
      from: { path: '^connectors/' },
      to: { path: '^src/(db|jobs|app|server|cli)/' },
    },
    {
      // The agent is packed alone for machines of others: nothing of a hub belongs into it.
      name: 'the-agent-is-lean',
      severity: 'error',
      from: { path: '^src/agent/' },
      to: { path: '^(src/(db|jobs|app|server|cli|schedule|alerts|share)|migrations|scripts|test)/|^connectors/(?!agent/|database/)' },
    },
    { name: 'the-hub-knows-no-server', severity: 'error', from: { path: '^src/app/' }, to: { path: '^src/(server|cli)/' } },
    { name: 'the-server-knows-no-command-line', severity: 'error', from: { path: '^src/server/' }, to: { path: '^src/cli/' } },
    {
      name: 'nest-stays-in-the-server',
      severity: 'error',
      from: { path: '^(src|connectors|scripts|migrations)/', pathNot: '^src/server/' },
      to: { path: 'node_modules/(@nestjs|bullmq)/' },
    },
    {
      // Nest costs a one-shot command half a second: it is imported only by the commands that serve, when they run.
      name: 'the-command-line-loads-the-server-late',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/server/', dynamic: false },
    },
    {
      name: 'one-connector-one-folder',
      severity: 'error',
      from: { path: '^connectors/([^/]+)/' },
      to: { path: '^connectors/([^/]+)/', pathNot: '^connectors/$1/' },
    },
    {
      name: 'the-product-needs-no-test-tools',
      severity: 'error',
      from: { path: '^src/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(test|bench|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
