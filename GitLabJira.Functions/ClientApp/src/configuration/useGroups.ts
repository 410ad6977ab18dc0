import { useEffect, useRef, useState } from 'react';
import { query, type Client } from '../api/client';
import type { GroupPage } from '../api/types';

export const shortestSearch = 3;
const searchDelay = 500;

/** The groups that fit what is typed, a page at a time: at once without a word, half a second after the last letter with one. */
export function useGroups(client: Client, typed: string, failed: (thrown: unknown) => void) {
  const [asked, setAsked] = useState({ search: '', page: 1 });
  const [answered, setAnswered] = useState<typeof asked>();
  const [found, setFound] = useState<GroupPage>();
  const search = typed.trim().length >= shortestSearch ? typed.trim() : '';
  const latest = useRef(failed);
  latest.current = failed;

  useEffect(() => {
    let current = true;
    client
      .get<GroupPage>(`groups${query(asked)}`)
      .then(
        (answer) => current && setFound(answer),
        (thrown) => {
          if (!current) return;
          setFound(undefined);
          latest.current(thrown);
        },
      )
      .finally(() => current && setAnswered(asked));
    return () => {
      current = false;
    };
  }, [client, asked]);

  useEffect(() => {
    if (search === asked.search) return undefined;
    const timer = setTimeout(() => setAsked({ search, page: 1 }), searchDelay);
    return () => clearTimeout(timer);
  }, [search, asked.search]);

  return {
    found,
    /** What the groups were searched for. */
    search: answered?.search ?? '',
    /** What stands there goes soon: nobody should choose from it. Follows from what is typed and asked, so that nothing can forget to end it. */
    busy: answered !== asked || search !== asked.search,
    turn: (page: number) => setAsked({ ...asked, page }),
    again: () => setAsked({ ...asked }),
  };
}
