const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * A text as it may stand in XML 1.0 or HTML, in an element or a quoted attribute. What XML does not allow (XML 1.0 §2.2:
 * control characters, halves of surrogate pairs) becomes U+FFFD.
 */
export function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u{20}-\u{7E}\u{85}\u{A0}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter] ?? '');
}
