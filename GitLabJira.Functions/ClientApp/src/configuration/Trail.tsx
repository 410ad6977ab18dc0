import Button from '@atlaskit/button/default/button';
import Lozenge from '@atlaskit/lozenge';
import Select from '@atlaskit/select';
import TextField from '@atlaskit/textfield';
import { useState, type FormEvent } from 'react';
import { Problem, query } from '../api/client';
import type { Link, Trail as TrailAnswer, TrailEntity, TrailStep } from '../api/types';
import { explain } from '../shared/explain';
import { Field } from '../shared/Field';
import { Message } from '../shared/Message';
import { find, moment, text } from '../texts';
import { usePage } from './Page';

const good = new Set(['sent', 'unchanged', 'repaired', 'handed_over', 'keys_found', 'received', 'read', 'deleted', 'from_body', 'held_already']);
const bad = new Set(['rejected', 'expired', 'unreadable', 'unknown_issue', 'needs_sign_in', 'unread', 'hidden', 'read_hidden', 'no_key', 'excluded', 'cancelled', 'sent_unknown_issues', 'keys_lost']);

const tone = (reason: string): string => (bad.has(reason) ? 'tone-bad' : good.has(reason) ? 'tone-good' : 'tone-plain');

/** Which of the links a pasted address belongs to: the longest path wins. */
export function linkOf(typed: string, links: Link[]): Link | undefined {
  const fits = links.filter((link) => typed.startsWith(`${link.host}/${link.groupPath}/`) || typed.startsWith(`${link.groupPath}/`));
  return fits.sort((a, b) => b.groupPath.length - a.groupPath.length)[0];
}

/** What became of an issue, merge request, commit …, as a timeline in plain words. */
export function Trail({ links }: { links: Link[] }) {
  const { client } = usePage();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(links[0]?.id);
  const [answer, setAnswer] = useState<{ asked: string; trail: TrailAnswer }>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const options = links.map((link) => ({ label: link.groupPath, value: link.id }));

  const type = (value: string) => {
    setTyped(value);
    const found = linkOf(value.trim(), links);
    if (found) setChosen(found.id);
  };

  const ask = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      setAnswer({ asked: typed.trim(), trail: await client.get<TrailAnswer>(`trail${query({ link: chosen, query: typed.trim() })}`) });
    } catch (thrown) {
      setAnswer(undefined);
      setProblem(Problem.of(thrown));
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="trail">
      <p className="hint">{text('trail.hint')}</p>
      <form className="ask" onSubmit={(event) => void ask(event)}>
        <Field id="trail-query" label={text('trail.query')} wrong={problem?.more.field === 'query' ? text('error.trailQuery') : undefined}>
          {(field) => <TextField {...field} value={typed} onChange={(event) => type(event.currentTarget.value)} placeholder={text('trail.placeholder')} autoComplete="off" maxLength={1000} />}
        </Field>
        {links.length > 1 ? (
          <div className="field">
            <label htmlFor="trail-link">{text('column.group')}</label>
            <Select inputId="trail-link" options={options} value={options.find((option) => option.value === chosen)} onChange={(option) => setChosen(option?.value)} />
          </div>
        ) : null}
        <Button type="submit" appearance="primary" isLoading={busy} isDisabled={!typed.trim() || !chosen}>
          {text('trail.ask')}
        </Button>
      </form>
      {problem && problem.more.field !== 'query' ? <Message told={{ kind: 'error', title: text('error.trail'), text: explain(problem), about: 'trail' }} /> : null}
      {answer ? <Timeline asked={answer.asked} trail={answer.trail} /> : null}
    </div>
  );
}

function Timeline({ asked, trail }: { asked: string; trail: TrailAnswer }) {
  return (
    <div role="status" className="answer">
      <h3>{trail.steps.length > 0 ? text('trail.of', { query: asked }) : text('error.trailNothing', { query: asked })}</h3>
      {trail.steps.length > 0 ? (
        <ol className="timeline">
          {trail.steps.map((step, place) => (
            <Step key={place} step={step} entity={step.entity === undefined ? undefined : trail.entities[step.entity]} />
          ))}
        </ol>
      ) : null}
      {trail.hints.length > 0 ? (
        <div className="hints">
          <h4>{text('trail.hints')}</h4>
          <ul>
            {trail.hints.map((hint) => (
              <li key={hint}>{hint}</li>
            ))}
          </ul>
        </div>
      ) : null}
    </div>
  );
}

function Step({ step, entity }: { step: TrailStep; entity: TrailEntity | undefined }) {
  return (
    <li className={tone(step.reason)} data-reason={step.reason}>
      <time dateTime={step.at}>{moment(step.at)}</time>
      <span className="told">{step.text}</span>
      {entity ? (
        <span className="sub">
          {find(`trail.kind.${entity.kind}`) ?? entity.kind} {entity.name ?? ''} {text('trail.in', { project: entity.project ?? entity.projectId })}
        </span>
      ) : null}
      {step.keys?.length ? (
        <span className="keys">
          {step.keys.slice(0, 10).map((key) => (
            <Lozenge key={key}>{key}</Lozenge>
          ))}
        </span>
      ) : null}
    </li>
  );
}
