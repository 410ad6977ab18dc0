import Button from '@atlaskit/button/default/button';
import Checkbox from '@atlaskit/checkbox';
import Select from '@atlaskit/select';
import Spinner from '@atlaskit/spinner';
import TextArea from '@atlaskit/textarea';
import TextField from '@atlaskit/textfield';
import { useCallback, useEffect, useState, type FormEvent } from 'react';
import { Problem } from '../api/client';
import { environmentTypes, type EnvironmentType, type Link } from '../api/types';
import { explain } from '../shared/explain';
import { Field } from '../shared/Field';
import { Message } from '../shared/Message';
import { text } from '../texts';
import { KindBoxes } from './KindBoxes';
import { usePage } from './Page';
import { drafted, settled, type Draft } from './settings';
import type { SettingsAnswer } from '../api/types';

const types = environmentTypes.map((type) => ({ label: text(`environment.${type}`), value: type }));

/** What a link sends, from where, and how environments are called. */
export function SettingsForm({ link }: { link: Link }) {
  const { client, messages } = usePage();
  const [draft, setDraft] = useState<Draft>();
  const [etag, setEtag] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const path = `links/${link.id}/settings`;

  const load = useCallback(async () => {
    try {
      const { body, etag: version } = await client.call<SettingsAnswer>('GET', path);
      setDraft(drafted(body));
      setEtag(version);
      setProblem(undefined);
    } catch (thrown) {
      setProblem(Problem.of(thrown));
    }
  }, [client, path]);

  useEffect(() => void load(), [load]);

  if (!draft) return problem ? <Message told={{ kind: 'error', title: text('error.settingsShown'), text: explain(problem), about: 'settings' }} /> : <Spinner label={text('loading')} />;

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const { body, etag: version } = await client.call<SettingsAnswer>('PUT', path, settled(draft), etag ? { 'If-Match': etag } : {});
      setDraft(drafted(body));
      setEtag(version);
      messages.say({ kind: 'success', title: text('settings.saved', { group: link.groupPath }), text: text('settings.saved.text'), about: 'settings' });
    } catch (thrown) {
      setProblem(Problem.of(thrown));
    } finally {
      setBusy(false);
    }
  };

  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const at = problem?.more.field?.split(/[.[]/)[0];
  const wrong = (field: string) => (at === field && problem ? explain(problem) : undefined);
  const known = ['kinds', 'window', 'serviceIds', 'environmentTypes', 'excludedProjects', 'includedProjects', 'jiraProjects'];

  return (
    <form className="settings" onSubmit={(event) => void save(event)} noValidate>
      {problem && !known.includes(at ?? '') ? (
        <Message told={{ kind: 'error', title: text('error.settings'), text: explain(problem), about: 'settings', ...(problem.reason === 'changed_meanwhile' ? { action: { name: text('action.loadAgain'), run: () => void load() } } : {}) }} />
      ) : null}
      <KindBoxes name="settings" chosen={draft.kinds} change={(kinds) => change({ kinds })} wrong={wrong('kinds')} />
      <Field id="settings-window" label={text('settings.window')} help={text('settings.window.help')} wrong={wrong('window')}>
        {(field) => <TextField {...field} type="number" min={1} max={1095} width="small" value={draft.window} onChange={(event) => change({ window: event.currentTarget.value })} />}
      </Field>
      <Lines id="settings-included" field="includedProjects" value={draft.included} change={(included) => change({ included })} wrong={wrong('includedProjects')} />
      <Lines id="settings-excluded" field="excludedProjects" value={draft.excluded} change={(excluded) => change({ excluded })} wrong={wrong('excludedProjects')} />
      <Field id="settings-jira" label={text('settings.jiraProjects')} help={text('settings.jiraProjects.help')} wrong={wrong('jiraProjects')}>
        {(field) => <TextField {...field} value={draft.jiraProjects} onChange={(event) => change({ jiraProjects: event.currentTarget.value })} placeholder="SHOP, WEB" autoComplete="off" />}
      </Field>
      <fieldset className="choices">
        <legend>{text('settings.more')}</legend>
        <Checkbox label={text('settings.archived')} isChecked={draft.archivedProjects} onChange={(event) => change({ archivedProjects: event.currentTarget.checked })} />
        <Checkbox label={text('settings.firstParentOnly')} isChecked={draft.firstParentOnly} onChange={(event) => change({ firstParentOnly: event.currentTarget.checked })} />
        <Checkbox label={text('settings.showDrafts')} isChecked={draft.showDrafts} onChange={(event) => change({ showDrafts: event.currentTarget.checked })} />
      </fieldset>
      <fieldset className="choices environments">
        <legend>{text('settings.environments')}</legend>
        <p className="hint small">{text('settings.environments.help')}</p>
        {draft.environments.map((rule, place) => (
          <div className="rule" key={place}>
            <TextField aria-label={text('settings.environment.name', { number: place + 1 })} value={rule.name} onChange={(event) => change({ environments: draft.environments.map((other, index) => (index === place ? { ...other, name: event.currentTarget.value } : other)) })} placeholder="review/*" />
            <Select<{ label: string; value: EnvironmentType }> aria-label={text('settings.environment.type', { number: place + 1 })} options={types} value={types.find((type) => type.value === rule.type) ?? null} onChange={(type) => change({ environments: draft.environments.map((other, index) => (index === place && type ? { ...other, type: type.value } : other)) })} />
            <Button appearance="subtle" onClick={() => change({ environments: draft.environments.filter((_, index) => index !== place) })} aria-label={text('settings.environment.remove.of', { number: place + 1 })}>
              {text('settings.environment.remove')}
            </Button>
          </div>
        ))}
        {wrong('environmentTypes') ? (
          <p className="wrong" role="alert">
            {wrong('environmentTypes')}
          </p>
        ) : null}
        <Button spacing="compact" onClick={() => change({ environments: [...draft.environments, { name: '', type: 'production' }] })}>
          {text('settings.environment.add')}
        </Button>
      </fieldset>
      <Lines id="settings-services" field="serviceIds" value={draft.serviceIds} change={(serviceIds) => change({ serviceIds })} wrong={wrong('serviceIds')} />
      <div className="buttons">
        <Button type="submit" appearance="primary" isLoading={busy} isDisabled={draft.kinds.length === 0}>
          {text('action.save')}
        </Button>
        <Button appearance="subtle" onClick={() => void load()} isDisabled={busy}>
          {text('settings.undo')}
        </Button>
      </div>
    </form>
  );
}

/** Several values, one a line. */
function Lines({ id, field, value, change, wrong }: { id: string; field: 'includedProjects' | 'excludedProjects' | 'serviceIds'; value: string; change(value: string): void; wrong: string | undefined }) {
  return (
    <Field id={id} label={text(`settings.${field}`)} help={text(`settings.${field}.help`)} wrong={wrong}>
      {({ isInvalid, ...input }) => <TextArea {...input} isInvalid={isInvalid} value={value} onChange={(event) => change(event.currentTarget.value)} minimumRows={2} resize="vertical" isMonospaced />}
    </Field>
  );
}
