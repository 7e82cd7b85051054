import { type Language, type Message, renderMessage } from '../../model/message.js';

/** What a page of an upload link shows: the form, or what became of the file. */
export type UploadPage =
  | {
      readonly state: 'form';
      readonly title: string;
      readonly meantFor: string;
      readonly until: Date;
      readonly megabytes: number;
      readonly problems: readonly Message[];
    }
  | { readonly state: 'received'; readonly name: string; readonly bytes: number; readonly sha256: string; readonly days: readonly string[] }
  | { readonly state: 'refused'; readonly problems: readonly Message[] };

/** No script, nothing from elsewhere, only our own form: whatever a name holds, it is text. */
export const uploadPagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const words = {
  title: { zh: '上传流向文件', en: 'Hand in a flow file' },
  intro: {
    zh: '给 {for} 的一次性链接，{until} 前有效；文件最大 {mb} MB。',
    en: 'A link for {for}, good once until {until}; up to {mb} MB.',
  },
  file: { zh: '选择文件（Excel、CSV、DBF、XML、ZIP）', en: 'Choose the file (Excel, CSV, DBF, XML, ZIP)' },
  send: { zh: '上传', en: 'Hand in' },
  received: { zh: '已收到，谢谢。', en: 'Received, thank you.' },
  next: {
    zh: '厂家核对后生效；此链接已用完，可以关闭本页。',
    en: 'It takes effect when it has been checked. The link is used up; you may close this page.',
  },
  days: { zh: '读出的内容', en: 'What was read' },
  refused: { zh: '没有保存', en: 'Not kept' },
} as const satisfies Record<string, Record<Language, string>>;

export function renderUploadPage(page: UploadPage, language: Language): string {
  const text = (key: keyof typeof words) => words[key][language];
  const problems = (list: readonly Message[]) =>
    list.map((one) => `<p class="bad" role="alert">${escaped(renderMessage(one, language))}</p>`).join('');
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text('title')}</title><style>
body{font:16px/1.6 system-ui,sans-serif;max-width:38rem;margin:8vh auto;padding:0 1rem;color:#1c2733}
h1{font-size:1.4rem}label{display:block;margin:1.5rem 0 .5rem}input[type=file]{display:block;width:100%;padding:1rem;border:2px dashed #9ab;border-radius:8px;box-sizing:border-box}
button{margin-top:1.5rem;padding:.7rem 2rem;font:inherit;border:0;border-radius:8px;background:#0b5cad;color:#fff}button:focus,input:focus{outline:3px solid #7ab}
.bad{background:#fdecea;border-left:4px solid #b3261e;padding:.6rem 1rem}.good{background:#e8f5e9;border-left:4px solid #2e7d32;padding:.6rem 1rem}code{word-break:break-all}
</style></head><body><main><h1>${text('title')}</h1>${bodyOf()}</main></body></html>`;

  function bodyOf(): string {
    if (page.state === 'refused') return `<h2>${text('refused')}</h2>${problems(page.problems)}`;
    if (page.state === 'received') {
      const days =
        page.days.length === 0 ? '' : `<p>${text('days')}</p><ul>${page.days.map((day) => `<li>${escaped(day)}</li>`).join('')}</ul>`;
      return `<p class="good" role="status">${text('received')}</p><p>${escaped(page.name)} · ${page.bytes.toLocaleString('en-US')} B<br><code>SHA-256 ${page.sha256}</code></p>${days}<p>${text('next')}</p>`;
    }
    const until = page.until.toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB', {
      timeZone: 'Asia/Shanghai',
      dateStyle: 'medium',
      timeStyle: 'short',
    });
    const intro = text('intro')
      .replace('{for}', escaped(page.meantFor))
      .replace('{until}', escaped(until))
      .replace('{mb}', String(page.megabytes));
    return `<p><strong>${escaped(page.title)}</strong></p><p>${intro}</p>${problems(page.problems)}
<form method="post" enctype="multipart/form-data"><label for="file">${text('file')}</label><input id="file" type="file" name="file" required>
<button type="submit">${text('send')}</button></form>`;
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (char) => `&#${char.charCodeAt(0)};`);
}
