/** One key per province however it is written (`湖南省`, `湖南`; `广西壮族自治区`, `广西`); '' for ''. The first two characters are unique. */
export function provinceKey(province: string): string {
  return [...province.normalize('NFKC').trim()].slice(0, 2).join('');
}
