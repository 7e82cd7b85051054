import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body as they came, dots undone. */
  readonly source: string;
  readonly login: string | null;
}

export interface SmtpServer {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** The next conversations are refused at this command with this answer; null takes everything again. */
  refuse(command: 'MAIL' | 'RCPT' | 'DATA' | 'AUTH' | null, answer?: string): void;
  close(): Promise<void>;
}

/** A mail server that speaks SMTP (RFC 5321) with AUTH PLAIN over a real socket, and keeps what it is given. */
export async function startSmtpServer(
  options: { user?: string; password?: string; tls?: { key: string; cert: string } } = {},
): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  let refusal: { command: string; answer: string } | null = null;
  const talk = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    const say = (line: string) => socket.write(`${line}\r\n`);
    let [from, to, login, isData, text]: [string, string[], string | null, boolean, string] = ['', [], null, false, ''];
    say('220 test ESMTP');
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (;;) {
        if (isData) {
          const end = text.indexOf('\r\n.\r\n');
          if (end < 0) return;
          mails.push({ from, to, login, source: text.slice(0, end).replace(/^\.\./gmu, '.') });
          [text, isData] = [text.slice(end + 5), false];
          say('250 2.0.0 queued');
          continue;
        }
        const end = text.indexOf('\r\n');
        if (end < 0) return;
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        const verb = line.slice(0, 4).toUpperCase();
        if (refusal?.command === verb) say(refusal.answer);
        else if (verb === 'EHLO') say(options.user === undefined ? '250 test' : '250-test\r\n250 AUTH PLAIN');
        else if (verb === 'AUTH') {
          const [, user, password] = Buffer.from(line.split(' ')[2] ?? '', 'base64')
            .toString('utf8')
            .split('\0');
          const isRight = user === options.user && password === options.password;
          if (isRight) login = user ?? null;
          say(isRight ? '235 2.7.0 ok' : '535 5.7.8 wrong login');
        } else if (options.user !== undefined && login === null && verb === 'MAIL') say('530 5.7.0 login first');
        else if (verb === 'MAIL') {
          [from, to] = [addressOf(line), []];
          say('250 ok');
        } else if (verb === 'RCPT') {
          to.push(addressOf(line));
          say('250 ok');
        } else if (verb === 'DATA') {
          isData = true;
          say('354 go on');
        } else if (verb === 'QUIT') {
          say('221 bye');
          socket.end();
        } else say(verb === 'RSET' || verb === 'NOOP' ? '250 ok' : '502 unknown');
      }
    });
  };
  const server: Server = options.tls ? createTlsServer(options.tls, talk) : createServer(talk);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    mails,
    refuse: (command, answer = '451 4.3.0 later') => {
      refusal = command === null ? null : { command, answer };
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function addressOf(line: string): string {
  return /<([^>]*)>/u.exec(line)?.[1] ?? '';
}
