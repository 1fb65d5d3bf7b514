/** The mark and name of the product. */
export function Brand() {
  return (
    <span className="brand">
      <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="9" fill="var(--brand)" />
        <path d="M17.8 5 8.6 18.2h6.1L13.6 27l9.8-13.600h-6.300z" fill="#0c2239" />
      </svg>
      <span className="brand-name">polisgrid</span>
    </span>
  );
}
