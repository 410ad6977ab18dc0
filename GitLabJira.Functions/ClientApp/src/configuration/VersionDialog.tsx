import Button from '@atlaskit/button/default/button';
import Modal, { ModalBody, ModalFooter, ModalHeader, ModalTitle, ModalTransition } from '@atlaskit/modal-dialog';
import Radio from '@atlaskit/radio/radio';
import TextField from '@atlaskit/textfield';
import { useState, type FormEvent } from 'react';
import { Problem } from '../api/client';
import type { GitLabVersion } from '../api/types';
import { explain } from '../shared/explain';
import { Fact } from '../shared/Fact';
import { Field } from '../shared/Field';
import { Message } from '../shared/Message';
import { text } from '../texts';
import { usePage } from './Page';
import { hostName } from './Welcome';

const other = 'other';
const addressFields = new Set(['gitlab_address_refused', 'gitlab_unreachable', 'not_a_gitlab']);

/** Chooses the GitLab of the next sign-in: one that the site knows, or another self-managed server with its OAuth application. */
export function VersionDialog({ version, close, changed }: { version: GitLabVersion; close(): void; changed(version: GitLabVersion): void }) {
  const [chosen, setChosen] = useState(version.host);
  const [host, setHost] = useState('');
  const [applicationId, setApplicationId] = useState('');
  const [applicationSecret, setApplicationSecret] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const { client } = usePage();
  const isNew = chosen === other;

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const body = isNew ? { host: address(host), applicationId: applicationId.trim(), ...(applicationSecret ? { applicationSecret: applicationSecret.trim() } : {}) } : { host: chosen };
      const { body: now } = await client.call<GitLabVersion>('PUT', 'gitlab', body);
      changed(now);
      close();
    } catch (thrown) {
      setProblem(Problem.of(thrown));
      setBusy(false);
    }
  };

  const at = problem?.more.field ?? (problem && addressFields.has(problem.reason) ? 'host' : problem?.reason === 'application_refused' ? 'applicationId' : undefined);
  const wrong = (field: string) => (at === field && problem && isNew ? explain(problem) : undefined);

  return (
    <ModalTransition>
      <Modal onClose={close} width="medium">
        <form className="dialog" onSubmit={(event) => void save(event)} noValidate>
          <ModalHeader>
            <ModalTitle>{text('version.change')}</ModalTitle>
          </ModalHeader>
          <ModalBody>
            {problem && (!isNew || !at) ? <Message told={{ kind: 'error', title: text('error.version'), text: explain(problem), about: 'version' }} /> : null}
            <fieldset className="choices">
              <legend>{text('version.question')}</legend>
              {version.instances.map((instance) => (
                <Radio key={instance.host} name="gitlab" value={instance.host} isChecked={chosen === instance.host} onChange={() => setChosen(instance.host)} label={hostName(instance.host)} />
              ))}
              <Radio name="gitlab" value={other} isChecked={isNew} onChange={() => setChosen(other)} label={text('version.other')} />
            </fieldset>
            <p className="hint small">{text('version.hint')}</p>
            {isNew ? (
              <div className="self-managed">
                <p>{text('version.steps')}</p>
                <dl className="facts stacked">
                  <Fact name={text('version.redirect')} value={<code>{version.redirectUri}</code>} />
                  <Fact name={text('version.scopes')} value={<code>{version.scopes.join(' ')}</code>} />
                </dl>
                <Field id="gitlab-host" label={text('version.host')} help={text('version.host.help')} wrong={wrong('host')}>
                  {(field) => <TextField {...field} value={host} onChange={(event) => setHost(event.currentTarget.value)} placeholder="https://gitlab.example.com" isRequired autoComplete="off" />}
                </Field>
                <Field id="gitlab-application" label={text('version.applicationId')} wrong={wrong('applicationId')}>
                  {(field) => <TextField {...field} value={applicationId} onChange={(event) => setApplicationId(event.currentTarget.value)} isRequired autoComplete="off" />}
                </Field>
                <Field id="gitlab-secret" label={text('version.applicationSecret')} help={text('version.applicationSecret.help')} wrong={wrong('applicationSecret')}>
                  {(field) => <TextField {...field} type="password" value={applicationSecret} onChange={(event) => setApplicationSecret(event.currentTarget.value)} autoComplete="off" />}
                </Field>
              </div>
            ) : null}
          </ModalBody>
          <ModalFooter>
            <Button appearance="subtle" onClick={close}>
              {text('action.cancel')}
            </Button>
            <Button appearance="primary" type="submit" isLoading={busy} isDisabled={isNew && (!host.trim() || !applicationId.trim())}>
              {text('action.save')}
            </Button>
          </ModalFooter>
        </form>
      </Modal>
    </ModalTransition>
  );
}

/** People paste addresses without a scheme and with a slash at the end. */
export function address(typed: string): string {
  const bare = typed.trim().replace(/\/+$/, '');
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(bare) ? bare : `https://${bare}`;
}
