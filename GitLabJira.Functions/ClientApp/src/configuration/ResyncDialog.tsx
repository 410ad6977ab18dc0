import Button from '@atlaskit/button/default/button';
import Checkbox from '@atlaskit/checkbox';
import Modal, { ModalBody, ModalFooter, ModalHeader, ModalTitle, ModalTransition } from '@atlaskit/modal-dialog';
import Spinner from '@atlaskit/spinner';
import TextField from '@atlaskit/textfield';
import { useEffect, useState, type FormEvent } from 'react';
import { Problem } from '../api/client';
import { kinds, type Kind, type Link, type SettingsAnswer } from '../api/types';
import { explain } from '../shared/explain';
import { Field } from '../shared/Field';
import { Message } from '../shared/Message';
import { text } from '../texts';
import { KindBoxes } from './KindBoxes';
import { usePage } from './Page';

const dated = new Set<Kind>(['commits', 'pipelines', 'deployments']);

/** Reads a group's history once more, or only counts what that would send. Begins with what the group's settings say. */
export function ResyncDialog({ link, close, started }: { link: Link; close(): void; started(): void }) {
  const { client, messages } = usePage();
  const [chosen, setChosen] = useState<Kind[]>(['merge_requests', 'branches']);
  const [days, setDays] = useState('90');
  const [project, setProject] = useState('');
  const [dryRun, setDryRun] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [ready, setReady] = useState(false);

  useEffect(() => {
    client
      .get<SettingsAnswer>(`links/${link.id}/settings`)
      .then(({ settings }) => {
        setChosen(settings.kinds);
        setDays(String(settings.window));
      })
      // The usual ones stand there then.
      .catch(() => undefined)
      .finally(() => setReady(true));
  }, [client, link.id]);

  const start = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const only = project.trim();
      await client.post(`links/${link.id}/sync`, {
        kinds: kinds.filter((kind) => chosen.includes(kind)),
        dryRun,
        ...(chosen.some((kind) => dated.has(kind)) ? { window: Number(days) } : {}),
        ...(only ? { project: /^\d+$/.test(only) ? Number(only) : only } : {}),
      });
      messages.say({ kind: 'success', title: text(dryRun ? 'resync.startedDry' : 'resync.started', { group: link.groupPath }), about: 'help' });
      close();
      started();
    } catch (thrown) {
      setProblem(Problem.of(thrown));
      setBusy(false);
    }
  };

  const wrong = (field: string) => (problem?.more.field === field ? explain(problem) : undefined);
  const elsewhere = problem && !['kinds', 'window', 'project'].includes(problem.more.field ?? '');

  return (
    <ModalTransition>
      <Modal onClose={close} width="medium">
        <form className="dialog" onSubmit={(event) => void start(event)} noValidate>
          <ModalHeader>
            <ModalTitle>{text('resync.title', { group: link.groupPath })}</ModalTitle>
          </ModalHeader>
          <ModalBody>
            <p className="hint">{text('resync.hint')}</p>
            {elsewhere ? <Message told={{ kind: 'error', title: text('error.sync'), text: explain(problem), about: 'sync' }} /> : null}
            {ready ? <KindBoxes name="resync" chosen={chosen} change={setChosen} wrong={wrong('kinds')} /> : <Spinner label={text('loading')} />}
            {ready && chosen.some((kind) => dated.has(kind)) ? (
              <Field id="resync-window" label={text('settings.window')} help={text('settings.window.help')} wrong={wrong('window')}>
                {(field) => <TextField {...field} type="number" min={1} max={1095} width="small" value={days} onChange={(event) => setDays(event.currentTarget.value)} />}
              </Field>
            ) : null}
            <Field id="resync-project" label={text('resync.project')} help={text('resync.project.help')} wrong={wrong('project')}>
              {(field) => <TextField {...field} value={project} onChange={(event) => setProject(event.currentTarget.value)} autoComplete="off" />}
            </Field>
            <Checkbox label={text('resync.dryRun')} isChecked={dryRun} onChange={(event) => setDryRun(event.currentTarget.checked)} />
            <p className="hint small">{text('resync.dryRun.help')}</p>
          </ModalBody>
          <ModalFooter>
            <Button appearance="subtle" onClick={close}>
              {text('action.cancel')}
            </Button>
            <Button appearance="primary" type="submit" isLoading={busy} isDisabled={!ready || chosen.length === 0}>
              {text(dryRun ? 'resync.startDry' : 'resync.start')}
            </Button>
          </ModalFooter>
        </form>
      </Modal>
    </ModalTransition>
  );
}
