import { fillPlaces } from './fill-places.js';
import { messageCatalog } from './messages/catalog.js';

export type Language = 'zh' | 'en';
export type MessageCode = keyof typeof messageCatalog;

/**
 * Something to tell a person, kept as data so that it can be stored once and read in either language.
 * `values` fill the `{name}` places of the catalogue text.
 */
export interface Message {
  readonly code: MessageCode;
  readonly values: Readonly<Record<string, MessageValue>>;
}

/** Messages among the values are read in the reader's language, too; several are told one after the other. */
export type MessageValue = string | number | Message | readonly Message[];

export function message(code: MessageCode, values: Message['values'] = {}): Message {
  return { code, values };
}

/**
 * The text of a message. A place without a value stays visible as `{name}`: a defect we want to see, not hide. Of several messages each
 * begins a line of its own where the place does.
 */
export function renderMessage({ code, values }: Message, language: Language = 'zh'): string {
  const text = messageCatalog[code]?.[language] ?? code;
  return fillPlaces(text, (name, line) => {
    const value = values[name];
    if (value === undefined) return undefined;
    if (!isList(value)) return valueIn(name, value, language);
    const told = value.map((one) => renderMessage(one, language));
    return line === null ? told.reduce((all, one) => joined(all, one, language)) : told.join(line);
  });
}

const isList = (value: MessageValue): value is readonly Message[] => Array.isArray(value);

// Codes among the values are stored once and read in either language, like the message itself.
function valueIn(place: string, given: string | number | Message, language: Language): string {
  if (typeof given === 'object') return renderMessage(given, language);
  const value = String(given);
  return (place === 'kind' || place === 'what') && value in valueWords ? valueWords[value as keyof typeof valueWords][language] : value;
}

const joined = (all: string, one: string, language: Language): string =>
  fillPlaces(language === 'zh' ? '{all}；{one}' : '{all}; {one}', (name) => (name === 'all' ? all : one));

const valueWords = {
  sale: { zh: '销售', en: 'sale' },
  purchase: { zh: '采购', en: 'purchase' },
  stock: { zh: '库存', en: 'stock' },
  quantity: { zh: '数量', en: 'quantity' },
  amount: { zh: '金额', en: 'amount' },
  customer: { zh: '客户', en: 'customer' },
  contact: { zh: '联系人', en: 'contact' },
  contract: { zh: '合同', en: 'contract' },
  product: { zh: '产品', en: 'product' },
  order: { zh: '订单', en: 'order' },
  department: { zh: '部门', en: 'department' },
  employee: { zh: '员工', en: 'employee' },
  feedback_person: { zh: '反馈人', en: 'feedback person' },
  captcha: { zh: '验证码图片', en: 'the letters of a picture' },
  sms: { zh: '短信验证码', en: 'a code sent by text message' },
  other: { zh: '一个问题', en: 'a question' },
  expired: { zh: '已过期', en: 'expired' },
  answered: { zh: '已有人回答', en: 'somebody has answered it' },
  accepted: { zh: '已通过', en: 'accepted' },
  refused: { zh: '门户未接受', en: 'the portal refused it' },
  replaced: { zh: '已换成新的', en: 'replaced by a new one' },
  approved: { zh: '已批准', en: 'approved' },
  rejected: { zh: '已驳回', en: 'rejected' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
} as const;
