import type { ReactNode } from 'react';

/** One line of a list of facts. */
export function Fact({ name, value, title }: { name: string; value: ReactNode; title?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd title={title || undefined}>{value}</dd>
    </div>
  );
}
