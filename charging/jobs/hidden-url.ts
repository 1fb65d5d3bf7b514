/** A URL as people may see it: without its user, password, and the values of its query, which may be keys. */
export function hiddenUrl(text: string): string {
  const url = URL.parse(text);
  if (!url) return text.replace(/\/\/[^/]*@/, '//***@').replace(/\?.*/, '?***');
  if (url.username !== '') url.username = '***';
  if (url.password !== '') url.password = '***';
  for (const key of new Set(url.searchParams.keys())) url.searchParams.set(key, '***');
  return url.href;
}
