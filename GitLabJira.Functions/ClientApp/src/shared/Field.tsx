import type { ReactNode } from 'react';

interface FieldProps {
  id: string;
  isInvalid: boolean;
  'aria-describedby': string | undefined;
}

/** A form field with its label, help and what is wrong with it, all tied to the input. */
export function Field({ id, label, help, wrong, children }: { id: string; label: string; help?: string; wrong?: string | undefined; children(field: FieldProps): ReactNode }) {
  const described = [help ? `${id}-help` : '', wrong ? `${id}-wrong` : ''].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, isInvalid: wrong !== undefined, 'aria-describedby': described || undefined })}
      {help ? (
        <p id={`${id}-help`} className="hint small">
          {help}
        </p>
      ) : null}
      {wrong ? (
        <p id={`${id}-wrong`} className="wrong" role="alert">
          {wrong}
        </p>
      ) : null}
    </div>
  );
}
