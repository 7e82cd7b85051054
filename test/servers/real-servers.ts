import { farRecordsOf } from '../../connectors/database/fake.js';
import type { FarRecords } from '../../src/journey/collect/far-records.js';
import type { FarSide } from '../../src/journey/collect/far-side.js';
import { startDovecot } from './dovecot.js';
import { hasMariadb, startMariadbErp } from './erp.js';
import { findProgram } from './run-server.js';
import { startSshd } from './sshd.js';
import { startVsftpd } from './vsftpd.js';

/** A server of the trade that may be installed on this machine; it offers files, or records. */
export type RealServer = { readonly kind: string; readonly name: string; isInstalled(): boolean } & (
  | { start(): Promise<FarSide> }
  | { startRecords(): Promise<FarRecords>; end(): Promise<void> }
);

export const realServers: readonly RealServer[] = [
  { kind: 'ftp', name: 'vsftpd', isInstalled: () => findProgram('vsftpd') !== null, start: () => startVsftpd() },
  { kind: 'ftp', name: 'vsftpd with TLS', isInstalled: () => findProgram('vsftpd') !== null, start: () => startVsftpd({ tls: true }) },
  { kind: 'sftp', name: 'sshd', isInstalled: () => findProgram('sshd') !== null, start: () => startSshd() },
  { kind: 'mail', name: 'dovecot', isInstalled: () => findProgram('dovecot') !== null, start: () => startDovecot() },
  { kind: 'database', name: 'MariaDB', isInstalled: hasMariadb, ...sharedMariadb() },
];

/** Starting a MariaDB takes two seconds, so all promises ask the same one. */
function sharedMariadb(): { startRecords(): Promise<FarRecords>; end(): Promise<void> } {
  let erp: ReturnType<typeof startMariadbErp> | undefined;
  return {
    async startRecords() {
      erp ??= startMariadbErp();
      return { ...(await farRecordsOf(await erp)), stop: async () => undefined };
    },
    end: async () => (await erp)?.stop(),
  };
}
