import Button from '@atlaskit/button/default/button';
import Select from '@atlaskit/select';
import TextField from '@atlaskit/textfield';
import { useCallback, useEffect, useRef, useState, type FormEvent } from 'react';
import { Problem, query, type Client } from '../api/client';
import { explain } from '../shared/explain';
import { Field } from '../shared/Field';
import { Message, type Told } from '../shared/Message';
import { text } from '../texts';
import type { BranchProject, BranchProjectDetails, CreatedBranch, SourceBranch } from './types';

interface Props {
  client: Client;
  host: string;
  proposed: string;
  /** @returns Whether the page took care of it. */
  failed(problem: Problem): boolean;
  created(branch: CreatedBranch): void;
}

const searchDelay = 500;

/** Project, source branch and name. Whether the person may push is said before the click. */
export function BranchForm({ client, host, proposed, failed, created }: Props) {
  const [project, setProject] = useState<BranchProject>();
  const [details, setDetails] = useState<BranchProjectDetails>();
  const [source, setSource] = useState<string>();
  const [name, setName] = useState(proposed);
  const [told, setTold] = useState<Told>();
  const [wrongName, setWrongName] = useState<string>();
  const [busy, setBusy] = useState(false);

  const tell = useCallback(
    (title: string, thrown: unknown, again?: () => void) => {
      const problem = Problem.of(thrown);
      if (!failed(problem)) setTold({ kind: 'error', title, text: explain(problem), about: 'branch', ...(again ? { action: { name: text('action.tryAgain'), run: again } } : {}) });
    },
    [failed],
  );

  /** The same project is asked for its details and branches once more. */
  const askAgain = () => {
    setTold(undefined);
    setProject((now) => now && { ...now });
  };

  const latestTell = useRef(tell);
  latestTell.current = tell;

  const projects = useSearch<BranchProject>(
    useCallback(async (search) => (await client.get<{ projects: BranchProject[] }>(`branches/projects${query({ host, search })}`)).projects, [client, host]),
    (thrown) => latestTell.current(text('error.branchProjects'), thrown),
  );
  const sources = useSearch<SourceBranch>(
    useCallback(async (search) => (project ? (await client.get<{ branches: SourceBranch[] }>(`branches/projects/${project.id}/branches${query({ host, search })}`)).branches : []), [client, host, project]),
    (thrown) => latestTell.current(text('error.branchSources'), thrown, askAgain),
  );

  const choose = (one: BranchProject | undefined) => {
    setProject(one && { ...one });
    setDetails(undefined);
    setSource(undefined);
    setTold(undefined);
  };

  useEffect(() => {
    if (!project) return undefined;
    let current = true;
    client.get<BranchProjectDetails>(`branches/projects/${project.id}${query({ host })}`).then(
      (found) => {
        if (!current) return;
        setDetails(found);
        // Somebody may have been quicker.
        setSource((now) => now ?? found.defaultBranch);
      },
      (thrown) => current && latestTell.current(text('error.branchProject'), thrown, askAgain),
    );
    return () => {
      current = false;
    };
  }, [client, host, project]);

  const create = async (event: FormEvent) => {
    event.preventDefault();
    if (!project || !source) return;
    setBusy(true);
    setTold(undefined);
    setWrongName(undefined);
    try {
      created(await client.post<CreatedBranch>('branches', { host, project: project.id, source, name: name.trim() }));
    } catch (thrown) {
      const problem = Problem.of(thrown);
      const ofName = problem.more.field === 'name' || problem.reason === 'branch_exists' || problem.reason === 'name_protected';
      if (ofName) setWrongName(explain(problem));
      else tell(text('error.branch'), thrown);
      setBusy(false);
    }
  };

  const projectOptions = projects.found.map((one) => ({ label: one.path, value: one }));
  const sourceOptions = sources.found.map((branch) => ({ label: branch.isDefault ? `${branch.name} (${text('branch.default')})` : branch.name, value: branch.name }));

  return (
    <form onSubmit={(event) => void create(event)} noValidate>
      {told ? <Message told={told} dismiss={() => setTold(undefined)} /> : null}
      <div className="field">
        <label htmlFor="branch-project">{text('branch.project')}</label>
        <Select
          inputId="branch-project"
          options={projectOptions}
          value={project ? { label: project.path, value: project } : null}
          onChange={(option) => choose(option?.value)}
          onInputChange={(typed) => projects.search(typed)}
          filterOption={null}
          isLoading={projects.busy}
          placeholder={text('branch.project.placeholder')}
          noOptionsMessage={() => text('branch.project.none')}
        />
      </div>
      {details && !details.canPush ? <Message told={{ kind: 'warning', title: text('error.cannotPush'), text: text(`reason.${details.why ?? 'no_push_right'}`), about: 'push' }} /> : null}
      <div className="field">
        <label htmlFor="branch-source">{text('branch.source')}</label>
        <Select
          inputId="branch-source"
          options={sourceOptions}
          value={source ? { label: source, value: source } : null}
          onChange={(option) => setSource(option?.value)}
          onInputChange={(typed) => sources.search(typed)}
          filterOption={null}
          isDisabled={!project}
          isLoading={sources.busy}
          placeholder={text('branch.source.placeholder')}
          noOptionsMessage={() => text('branch.source.none')}
        />
      </div>
      <Field id="branch-name" label={text('branch.name')} wrong={wrongName}>
        {(field) => <TextField {...field} value={name} onChange={(event) => setName(event.currentTarget.value)} autoComplete="off" maxLength={255} />}
      </Field>
      <div className="buttons end-form">
        <Button type="submit" appearance="primary" isLoading={busy} isDisabled={!project || !source || !name.trim() || details?.canPush !== true}>
          {text('branch.create')}
        </Button>
      </div>
    </form>
  );
}

/** Options of a field that the app searches: at once without a word, half a second after the last letter with one. */
function useSearch<T>(load: (search: string) => Promise<T[]>, fail: (thrown: unknown) => void) {
  const [found, setFound] = useState<T[]>([]);
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(true);
  const latest = useRef(fail);
  latest.current = fail;

  useEffect(() => {
    let current = true;
    setBusy(true);
    const timer = setTimeout(
      () =>
        void load(typed)
          .then(
            (answer) => current && setFound(answer),
            (thrown) => {
              if (!current) return;
              setFound([]);
              latest.current(thrown);
            },
          )
          .finally(() => current && setBusy(false)),
      typed ? searchDelay : 0,
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [load, typed]);

  return { found, busy, search: setTyped };
}
