import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';

/** Which addresses a request may go to. Whoever writes settings must not reach the hub's own network through us (SSRF). */
export interface AddressGuard {
  /** Throws `config` for an address or a host's literal address that may not be asked. */
  check(host: string): void;
  /** A DNS lookup whose answers are checked one by one: what was checked is what is connected to, also when the name changes its mind. */
  readonly lookup: LookupFunction;
}

/** Private, loopback, link-local, multicast and reserved networks are refused unless `allowPrivate`. */
export function createAddressGuard({ source, allowPrivate }: { readonly source: string; readonly allowPrivate: boolean }): AddressGuard {
  const refuse = (host: string, address: string) =>
    new HubError('config', message('connect.address-refused', { source, where: host, cause: address }));
  return {
    check(host) {
      const address = host.replace(/^\[|\]$/gu, '');
      if (!allowPrivate && isIP(address) !== 0 && isInner(address)) throw refuse(host, address);
    },
    lookup(host, options, answer) {
      systemLookup(host, { ...options, all: true }, (error, addresses) => {
        if (error) return answer(error, '', 0);
        const inner = allowPrivate ? undefined : addresses.find(({ address }) => isInner(address));
        const first = addresses[0];
        if (inner || !first) return answer(refuse(host, inner?.address ?? ''), '', 0);
        if (options.all) answer(null, addresses);
        else answer(null, first.address, first.family);
      });
    },
  };
}

const inner = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(net, prefix);
for (const [net, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['2001:db8::', 32],
] as const)
  inner.addSubnet(net, prefix, 'ipv6');

/** IPv6 that carries an IPv4 address is judged by that (BlockList does so for ::ffff:a.b.c.d). */
function isInner(address: string): boolean {
  return inner.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
