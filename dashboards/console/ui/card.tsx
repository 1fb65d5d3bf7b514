import { useId, type ReactNode } from 'react';

/** A part of a page under its own heading. `flush`: the content reaches the edges, as tables and lists do. */
export function Card(props: {
  title: string;
  aside?: ReactNode;
  flush?: boolean;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={`card ${props.className ?? ''}`} aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </div>
      <div className={props.flush ? 'card-flush' : 'card-body'}>{props.children}</div>
    </section>
  );
}
