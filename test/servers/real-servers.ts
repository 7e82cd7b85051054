import type { FarSide } from '../../src/journey/collect/far-side.js';
import { startDovecot } from './dovecot.js';
import { findProgram } from './run-server.js';
import { startSshd } from './sshd.js';
import { startVsftpd } from './vsftpd.js';

/** A server of the trade that may be installed on this machine. */
export interface RealServer {
  readonly kind: string;
  readonly name: string;
  isInstalled(): boolean;
  start(): Promise<FarSide>;
}

export const realServers: readonly RealServer[] = [
  { kind: 'ftp', name: 'vsftpd', isInstalled: () => findProgram('vsftpd') !== null, start: () => startVsftpd() },
  { kind: 'ftp', name: 'vsftpd with TLS', isInstalled: () => findProgram('vsftpd') !== null, start: () => startVsftpd({ tls: true }) },
  { kind: 'sftp', name: 'sshd', isInstalled: () => findProgram('sshd') !== null, start: () => startSshd() },
  { kind: 'mail', name: 'dovecot', isInstalled: () => findProgram('dovecot') !== null, start: () => startDovecot() },
];
