import Checkbox from '@atlaskit/checkbox';
import { kinds, type Kind } from '../api/types';
import { text } from '../texts';

/** Which kinds a sync reads. */
export function KindBoxes({ name, chosen, change, wrong }: { name: string; chosen: Kind[]; change(chosen: Kind[]): void; wrong?: string | undefined }) {
  return (
    <fieldset className="choices">
      <legend>{text('settings.kinds')}</legend>
      {kinds.map((kind) => (
        <Checkbox key={kind} name={`${name}-kinds`} value={kind} label={text(`kind.${kind}`)} isChecked={chosen.includes(kind)} onChange={(event) => change(event.currentTarget.checked ? [...chosen, kind] : chosen.filter((other) => other !== kind))} />
      ))}
      {wrong || chosen.length === 0 ? (
        <p className="wrong" role="alert">
          {wrong ?? text('error.noKind')}
        </p>
      ) : null}
    </fieldset>
  );
}
