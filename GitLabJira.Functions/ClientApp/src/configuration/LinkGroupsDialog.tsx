import Button from '@atlaskit/button/default/button';
import Lozenge from '@atlaskit/lozenge';
import Modal, { CloseButton, ModalBody, ModalFooter, ModalHeader, ModalTitle, ModalTransition } from '@atlaskit/modal-dialog';
import Spinner from '@atlaskit/spinner';
import TextField from '@atlaskit/textfield';
import { useRef, useState } from 'react';
import { Problem } from '../api/client';
import type { Group, LinkAnswer } from '../api/types';
import { explain } from '../shared/explain';
import { Message, type Told } from '../shared/Message';
import { text } from '../texts';
import { GroupAvatar } from './GroupAvatar';
import { usePage } from './Page';
import { shortestSearch, useGroups } from './useGroups';

const perPage = 10;

/** Finds a group in which the person is a Maintainer, and links it. */
export function LinkGroupsDialog({ close, linked }: { close(): void; linked(answer: LinkAnswer, path: string): void }) {
  const { client, messages, askStatus } = usePage();
  const [typed, setTyped] = useState('');
  const [linking, setLinking] = useState<number>();
  const [told, setTold] = useState<Told>();
  const field = useRef<HTMLInputElement>(null);

  const fail = (title: string, thrown: unknown) => {
    const problem = Problem.of(thrown);
    if (problem.reason === 'not_signed_in') {
      // The dialog is for those who are signed in: what it says would go with it.
      messages.failed(title, problem, 'sign-in');
      close();
      void askStatus();
    } else {
      setTold({ kind: 'error', title, text: explain(problem), about: 'groups' });
    }
    return problem;
  };

  const { found, search, busy, turn, again } = useGroups(client, typed, (thrown) => fail(text('error.groups'), thrown));

  const link = async (group: Group) => {
    setLinking(group.id);
    setTold(undefined);
    try {
      linked(await client.post<LinkAnswer>('links', { groupId: group.id }), group.fullPath);
    } catch (thrown) {
      const { reason } = fail(text('error.link'), thrown);
      setLinking(undefined);
      if (reason === 'already_linked' || reason === 'covered_by_parent' || reason === 'group_not_found') again();
    }
  };

  const pages = found?.total ? Math.max(1, Math.ceil(found.total / perPage)) : undefined;

  return (
    <ModalTransition>
      <Modal onClose={close} width="medium" autoFocus={field} height={640}>
        <ModalHeader hasCloseButton={false}>
          <ModalTitle>{text('link.open')}</ModalTitle>
          <CloseButton onClick={close} label={text('action.close')} />
        </ModalHeader>
        <ModalBody>
          <p className="hint groups-hint">{text('groups.hint')}</p>
          <TextField ref={field} aria-label={text('groups.search')} placeholder={text('groups.search')} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} maxLength={200} autoComplete="off" />
          <p className="hint small" role="status">
            {typed.trim().length > 0 && typed.trim().length < shortestSearch ? text('groups.typeMore', { count: shortestSearch }) : ''}
          </p>
          {told ? <Message told={told} dismiss={() => setTold(undefined)} /> : null}
          <ul id="groups" className="groups" aria-label={text('groups.list')} aria-busy={busy || undefined}>
            {!found && busy ? (
              <li className="empty">
                <Spinner label={text('loading')} />
              </li>
            ) : null}
            {found?.groups.map((group) => (
              <GroupRow key={group.id} group={group} link={() => void link(group)} linking={linking === group.id} blocked={linking !== undefined || busy} />
            ))}
            {found?.groups.length === 0 ? <NoGroups search={search} /> : null}
          </ul>
        </ModalBody>
        <ModalFooter>
          {found && (found.page > 1 || found.hasMore) ? (
            <nav className="pages" aria-label={text('pages.label')}>
              <Button isDisabled={found.page <= 1 || busy} onClick={() => turn(found.page - 1)}>
                {text('pages.previous')}
              </Button>
              <span>{pages ? text('pages.of', { page: found.page, pages }) : text('pages.number', { page: found.page })}</span>
              <Button isDisabled={!found.hasMore || busy} onClick={() => turn(found.page + 1)}>
                {text('pages.next')}
              </Button>
            </nav>
          ) : null}
        </ModalFooter>
      </Modal>
    </ModalTransition>
  );
}

function GroupRow({ group, link, linking, blocked }: { group: Group; link(): void; linking: boolean; blocked: boolean }) {
  const notes: Partial<Record<Group['status'], string>> = {
    linked: text('groups.linked'),
    covered: text('groups.covered', { group: group.because ?? '' }),
    cleaning_up: text('groups.cleaningUp', { group: group.because ?? '' }),
  };
  const note = notes[group.status];
  return (
    <li data-path={group.fullPath}>
      <GroupAvatar name={group.name} src={group.avatarUrl} />
      <div className="what">
        <strong>{group.fullName}</strong>
        <span className="sub">{group.description ? `${group.fullPath} · ${group.description}` : group.fullPath}</span>
      </div>
      {note ? (
        <Lozenge maxWidth={200}>{note}</Lozenge>
      ) : (
        <Button onClick={link} isLoading={linking} isDisabled={blocked && !linking} aria-label={text('groups.link.of', { group: group.fullPath })}>
          {text('groups.link')}
        </Button>
      )}
    </li>
  );
}

function NoGroups({ search }: { search: string }) {
  return (
    <li className="empty">
      <h3>{search ? text('error.noGroupMatches', { search }) : text('error.noGroups')}</h3>
      <p>{text(search ? 'error.noGroupMatches.text' : 'error.noGroups.text')}</p>
    </li>
  );
}
