/** Turning rows into flow lines by a layout. */
export const mapMessages = {
  'map.unknown-header': {
    zh: '{part}：找不到版式 {layout} 要求的表头。整份交付件已挂起，并附上建议版式。',
    en: '{part}: the header that layout {layout} needs was not found. The delivery is held with a proposal attached.',
  },
} as const;
