import Button from '@atlaskit/button/default/button';
import Modal, { ModalBody, ModalFooter, ModalHeader, ModalTitle, ModalTransition } from '@atlaskit/modal-dialog';
import { useRef, useState, type RefObject } from 'react';
import { Problem } from '../api/client';
import type { Link, LinkAnswer } from '../api/types';
import { text } from '../texts';
import { usePage } from './Page';

interface Props {
  link: Link;
  close(): void;
  refresh(): Promise<void>;
  /** Takes the focus when there is nothing to press any more where the dialog was opened. */
  title: RefObject<HTMLElement | null>;
}

/** Says what is removed before it is. */
export function UnlinkDialog({ link, close, refresh, title }: Props) {
  const { client, messages } = usePage();
  const [busy, setBusy] = useState(false);
  const cancel = useRef<HTMLButtonElement>(null);

  const unlink = async () => {
    setBusy(true);
    let done = false;
    try {
      const answer = await client.remove<LinkAnswer>(`links/${link.id}`);
      done = true;
      messages.say({ kind: 'success', title: text('unlink.done', { group: link.groupPath }), text: answer.message, about: 'unlink' });
    } catch (thrown) {
      messages.failed(text('error.unlink'), Problem.of(thrown), 'unlink');
    }
    close();
    await refresh();
    if (done) setTimeout(() => title.current?.focus());
  };

  return (
    <ModalTransition>
      <Modal onClose={close} width="small" autoFocus={cancel}>
        <ModalHeader>
          <ModalTitle appearance="warning">{text('unlink.title', { group: link.groupPath })}</ModalTitle>
        </ModalHeader>
        <ModalBody>
          <p>{text('unlink.text')}</p>
          <ul className="plain">
            <li>{text('unlink.jira')}</li>
            <li>{text('unlink.gitlab')}</li>
            <li>{text('unlink.stays')}</li>
          </ul>
        </ModalBody>
        <ModalFooter>
          <Button ref={cancel} appearance="subtle" onClick={close}>
            {text('action.cancel')}
          </Button>
          <Button appearance="warning" onClick={() => void unlink()} isLoading={busy}>
            {text('unlink.button')}
          </Button>
        </ModalFooter>
      </Modal>
    </ModalTransition>
  );
}
