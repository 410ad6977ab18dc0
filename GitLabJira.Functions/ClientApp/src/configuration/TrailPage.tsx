import type { Link } from '../api/types';
import { useFocused } from '../shared/focus';
import { text } from '../texts';
import { Trail } from './Trail';

/** "Why isn't it shown?" over all linked groups. */
export function TrailPage({ links, back }: { links: Link[]; back(): void }) {
  const title = useFocused();

  return (
    <section id="trail" aria-labelledby="trail-title">
      <nav className="crumbs" aria-label={text('crumbs')}>
        <button type="button" className="as-link" onClick={back}>
          {text('linked.title')}
        </button>
        <span aria-hidden="true">/</span>
        <span>{text('trail.title')}</span>
      </nav>
      <h2 id="trail-title" tabIndex={-1} ref={title}>
        {text('trail.title')}
      </h2>
      <Trail links={links} />
    </section>
  );
}
