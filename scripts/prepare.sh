# Makes a checkout ready to run: Node.js is there and new enough, packages are those of the lock file, the program is
# compiled. Sourced by the launchers beside it with `root` set; speaks on stderr only, and only when there is something to do.

fail() {
  for line in "$@"; do printf '%s\n' "$line" >&2; done
  exit 2
}

command -v node >/dev/null 2>&1 || fail \
  '找不到 Node.js。请安装 Node.js 20.19 以上（20.x）或 22.13 以上：https://nodejs.org' \
  'Node.js is missing. Install Node.js ^20.19 or >=22.13: https://nodejs.org'
node -e 'var v=process.versions.node.split(".").map(Number);process.exit(v[0]===20&&v[1]>=19||v[0]===22&&v[1]>=13||v[0]>22?0:1)' || fail \
  "需要 Node.js 20.19 以上（20.x）或 22.13 以上，当前是 $(node --version)。请升级：https://nodejs.org" \
  "Node.js ^20.19 or >=22.13 is needed, this is $(node --version). Please upgrade: https://nodejs.org"

if ! node "$root/scripts/is-installed.mjs"; then
  # A linked node_modules belongs to another checkout; replacing what is in it would take it away there.
  [ -L "$root/node_modules" ] && [ -e "$root/node_modules" ] && fail \
    'node_modules 是指向别处的链接，且与 package-lock.json 不符。请在那边运行 npm ci，或删除这个链接。' \
    'node_modules is a link and does not fit package-lock.json. Run npm ci over there, or remove the link.'
  command -v npm >/dev/null 2>&1 || fail \
    '找不到 npm。它通常随 Node.js 一起安装：https://nodejs.org' \
    'npm is missing. It usually comes with Node.js: https://nodejs.org'
  [ -w "$root" ] || fail "目录不可写：$root" "The folder is not writable: $root"
  mkdir -p "$root/.huiliu"

  # A cache that cannot be written to (no HOME, somebody else's, read-only) must not stop us: then we bring our own.
  cache=${npm_config_cache:-${HOME:-/nonexistent}/.npm}
  if ! { mkdir -p "$cache/_cacache" && [ -w "$cache/_cacache" ]; } 2>/dev/null; then
    export npm_config_cache="$root/.huiliu/npm-cache"
  fi

  printf '%s\n' '安装依赖（npm ci），首次约需一分钟…… Installing packages (npm ci), about a minute the first time...' >&2
  log="$root/.huiliu/npm-ci.log"
  if ! (cd "$root" && npm ci --include=dev --include=optional --prefer-offline --no-audit --no-fund --no-progress >"$log" 2>&1); then
    tail -n 20 "$log" >&2
    fail "安装失败，完整日志：$log。请检查网络、代理和 npm 源后重试。" \
      "The installation failed, the log is $log. Check network, proxy and npm registry, then try again."
  fi
fi

node "$root/scripts/build-if-needed.mjs" || exit 2
