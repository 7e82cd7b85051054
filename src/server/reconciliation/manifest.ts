import { anyTerminal } from './terminal-property.js';

/** Most queries of one batch; more are refused with 413. */
export const batchSize = 100;
const previewSize = { width: 420, height: 220 } as const;

const about = { zh: '汇流 终端主数据', en: 'Huiliu terminal master' } as const;

interface About {
  /** Address of the endpoint, without a trailing slash. */
  readonly endpoint: string;
  readonly language: 'zh' | 'en';
}

/** The manifest of version 0.2: services are told by address, names with underscores. */
export function manifest02({ endpoint, language }: About) {
  const suggest = (what: string) => ({ service_url: endpoint, service_path: `/suggest/${what}` });
  const limit = limitSetting(language);
  // The same for every key: clients keep it with their data.
  const space = endpoint.replace(/\/k\/[^/]+/, '');
  return {
    ...shared(language),
    versions: ['0.2'],
    identifierSpace: `${space}/terminal/`,
    schemaSpace: `${space}/type/`,
    view: { url: `${endpoint}/preview?id={{id}}` },
    suggest: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the protocol's own place for the id
      entity: { ...suggest('entity'), flyout_service_path: '/suggest/flyout?id=${id}' },
      property: suggest('property'),
      type: suggest('type'),
    },
    preview: { url: `${endpoint}/preview?id={{id}}`, ...previewSize },
    extend: {
      propose_properties: { service_url: endpoint, service_path: '/extend/propose' },
      property_settings: [{ name: 'limit', label: limit.label, type: limit.type, default: limit.default, help_text: limit.help }],
    },
  };
}

/** The manifest of the 1.0 draft: routes are fixed, the manifest says which exist. */
export function manifest10({ endpoint, language }: About) {
  const limit = limitSetting(language);
  return {
    ...shared(language),
    versions: ['1.0-draft'],
    view: { url: `${endpoint}/preview?id={id}` },
    suggest: { entity: true, property: true, type: true },
    preview: previewSize,
    extend: {
      proposeProperties: true,
      propertySettings: [{ id: 'limit', name: limit.label, type: limit.type, default: limit.default, helpText: limit.help }],
    },
    standardizedScore: true,
    lang: 'zh-Hans',
  };
}

function shared(language: 'zh' | 'en') {
  return {
    name: about[language],
    defaultTypes: [{ id: anyTerminal.id, name: anyTerminal.name[language] }],
    batchSize,
    authentication: { type: 'apiKey', name: 'key', in: 'query' },
  };
}

function limitSetting(language: 'zh' | 'en') {
  return {
    type: 'number',
    default: 0,
    label: { zh: '最多几个值', en: 'most values' }[language],
    help: { zh: '0 表示全部', en: '0 means all of them' }[language],
  };
}
