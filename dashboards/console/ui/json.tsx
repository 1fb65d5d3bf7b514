/** A value as indented JSON, for people; text that is no JSON is shown as it is. */
export function Json({ value, label }: { value: unknown; label: string }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return (
    <pre className="json" role="group" aria-label={label} tabIndex={0}>
      {text ?? '–'}
    </pre>
  );
}
