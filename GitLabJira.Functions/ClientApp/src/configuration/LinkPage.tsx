import Button from '@atlaskit/button/default/button';
import Tabs, { Tab, TabList, TabPanel } from '@atlaskit/tabs';
import { useState } from 'react';
import type { Link } from '../api/types';
import { Fact } from '../shared/Fact';
import { useFocused } from '../shared/focus';
import { moment, text } from '../texts';
import { healthText, hookText, linkedText, since } from './links';
import { LinkStatus } from './LinkStatus';
import { ResyncDialog } from './ResyncDialog';
import { SettingsForm } from './SettingsForm';
import { Syncs } from './Syncs';
import { Trail } from './Trail';
import { hostName } from './Welcome';

/** All about one linked group: its state, its syncs, its settings, and what became of something of it. */
export function LinkPage({ link, refresh, back }: { link: Link; refresh(): Promise<void>; back(): void }) {
  const [asking, setAsking] = useState(false);
  const [runs, setRuns] = useState(0);
  const title = useFocused();

  /** What was pressed may have begun a sync: looks at the link and its syncs. */
  const lookAgain = async () => {
    await refresh();
    setRuns((now) => now + 1);
  };

  return (
    <section id="link" aria-labelledby="link-title">
      <nav className="crumbs" aria-label={text('crumbs')}>
        <button type="button" className="as-link" onClick={back}>
          {text('linked.title')}
        </button>
        <span aria-hidden="true">/</span>
        <span>{link.groupPath}</span>
      </nav>
      <div className="card-head bare">
        <div>
          <h2 id="link-title" tabIndex={-1} ref={title}>
            {link.groupPath}
          </h2>
          <p className="sub">
            {linkedText(link)} · <a href={link.groupUrl} target="_blank" rel="noopener noreferrer">{text('link.inGitLab', { host: hostName(link.host) })}</a>
          </p>
        </div>
        <div className="buttons">
          <Button onClick={() => setAsking(true)} isDisabled={link.status === 'unlinking' || link.status === 'linking'}>
            {text('resync.open')}
          </Button>
        </div>
      </div>
      <div className="card overview">
        <LinkStatus link={link} refresh={lookAgain} resync={() => setAsking(true)} />
        <dl className="facts">
          <Fact name={text('column.hook')} value={[hookText(link), healthText(link)].filter(Boolean).join(' · ')} />
          <Fact name={text('fact.event')} value={since(link.lastEventAt).short} title={since(link.lastEventAt).long} />
          <Fact name={text('fact.delivery')} value={since(link.lastDeliveryAt).short} title={since(link.lastDeliveryAt).long} />
          <Fact name={text('fact.compared')} value={link.reconciled ? text('fact.repaired', { when: since(link.reconciled.at).short, count: link.reconciled.repaired }) : text('time.never')} title={link.reconciled ? moment(link.reconciled.at) : ''} />
        </dl>
      </div>
      <Tabs id="link-tabs">
        <TabList>
          <Tab>{text('tab.syncs')}</Tab>
          <Tab>{text('tab.settings')}</Tab>
          <Tab>{text('trail.title')}</Tab>
        </TabList>
        <TabPanel>
          <div className="panel">
            <Syncs key={runs} link={link} refresh={refresh} />
          </div>
        </TabPanel>
        <TabPanel>
          <div className="panel">
            <SettingsForm link={link} />
          </div>
        </TabPanel>
        <TabPanel>
          <div className="panel">
            <Trail links={[link]} />
          </div>
        </TabPanel>
      </Tabs>
      {asking ? <ResyncDialog link={link} close={() => setAsking(false)} started={() => void lookAgain()} /> : null}
    </section>
  );
}
