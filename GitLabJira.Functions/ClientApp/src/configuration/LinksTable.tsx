import Button from '@atlaskit/button/default/button';
import DynamicTable from '@atlaskit/dynamic-table';
import type { Link } from '../api/types';
import { text } from '../texts';
import { GroupAvatar } from './GroupAvatar';
import { healthText, hookText, linkedText, since } from './links';
import { LinkStatus } from './LinkStatus';

const perPage = 20;

interface Props {
  /** Named when groups of several servers stand on the page. */
  host: string | undefined;
  links: Link[];
  refresh(): Promise<void>;
  open(link: Link): void;
  unlink(link: Link): void;
  resync(link: Link): void;
}

const head = {
  cells: [
    { key: 'group', content: text('column.group'), isSortable: true, width: 30 },
    { key: 'status', content: text('column.status'), isSortable: true, width: 30 },
    { key: 'hook', content: text('column.hook'), width: 13 },
    { key: 'event', content: text('column.activity'), isSortable: true, width: 18 },
    { key: 'actions', content: <span className="unseen">{text('column.actions')}</span>, width: 9 },
  ],
};

export function LinksTable({ host, links, ...acts }: Props) {
  return (
    <div className="links">
      {host ? <h3 className="host">{host}</h3> : null}
      <DynamicTable label={host ? text('linked.at', { host }) : text('linked.title')} head={head} rows={links.map((link) => row(link, acts))} rowsPerPage={links.length > perPage ? perPage : undefined} defaultPage={1} defaultSortKey="group" defaultSortOrder="ASC" paginationi18n={{ prev: text('pages.previous'), next: text('pages.next'), label: text('pages.label'), pageLabel: text('pages.page') }} />
    </div>
  );
}

function row(link: Link, { refresh, open, unlink, resync }: Omit<Props, 'host' | 'links'>) {
  const [event, delivery] = [since(link.lastEventAt), since(link.lastDeliveryAt)];
  const health = healthText(link);
  return {
    key: link.id,
    'data-link': link.id,
    'data-status': link.status,
    cells: [
      {
        key: link.groupPath.toLowerCase(),
        content: (
          <div className="group">
            <GroupAvatar name={link.groupPath} />
            <div>
              <button type="button" className="as-link" onClick={() => open(link)}>
                {link.groupPath}
              </button>
              <span className="sub">{linkedText(link)}</span>
            </div>
          </div>
        ),
      },
      { key: link.status, content: <LinkStatus link={link} refresh={refresh} resync={() => resync(link)} /> },
      {
        key: link.hook,
        content: (
          <div className="when">
            <span>{hookText(link)}</span>
            {health ? <span className={`sub health-${link.hookHealth?.state}`}>{health}</span> : null}
          </div>
        ),
      },
      {
        key: link.lastEventAt ?? '',
        content: (
          <div className="when">
            <span className="sub" title={event.long}>{text('activity.event', { when: event.short })}</span>
            <span className="sub" title={delivery.long}>
              {text('activity.delivery', { when: delivery.short })}
            </span>
          </div>
        ),
      },
      {
        key: 'actions',
        content: (
          <div className="end">
            <Button spacing="compact" isDisabled={!link.canUnlink} onClick={() => unlink(link)} aria-label={text('unlink.of', { group: link.groupPath })}>
              {text('unlink.button')}
            </Button>
          </div>
        ),
      },
    ],
  };
}
