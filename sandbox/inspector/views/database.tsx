import { useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { useSay } from '../i18n.ts';
import { Empty, Value } from '../parts/content.tsx';
import { useStore } from '../store.ts';

interface Collection {
  name: string;
  documents: number;
}

type Document = Record<string, unknown> & { _id: string };

/** The documents that the functions keep, as they are. */
export function DatabaseView() {
  const { events } = useStore();
  const say = useSay();
  const [collections, setCollections] = useState<Collection[]>([]);
  const [name, setName] = useState('orders');
  const [documents, setDocuments] = useState<Document[]>([]);
  const [chosen, choose] = useState<string>();
  const last = events.findLast((event) => event.type === 'document' || event.type === 'reset')?.id;
  useEffect(() => {
    get<{ collections: Collection[] }>('/_cloud/database').then(
      (answer) => setCollections(answer.collections),
      () => undefined,
    );
    get<{ documents: Document[] }>(`/_cloud/database/${encodeURIComponent(name)}?limit=500`).then(
      (answer) => setDocuments(answer.documents),
      () => setDocuments([]),
    );
  }, [last, name]);
  const current = documents.find((document) => document._id === chosen) ?? documents[0];
  return (
    <div class="split">
      <div class="column">
        <label class="filter">
          {say('集合', 'Collection')}
          <select class="input" value={name} onChange={(event) => setName(event.currentTarget.value)}>
            {collections.map((collection) => (
              <option key={collection.name} value={collection.name}>
                {collection.name} ({collection.documents})
              </option>
            ))}
          </select>
        </label>
        <div class="scroll">
          {documents.map((document) => (
            <button
              key={document._id}
              type="button"
              class="list-row tall"
              aria-current={document === current}
              onClick={() => choose(document._id)}
            >
              <span class="light" />
              <span class="main">
                <span class="mono">{String(document._id)}</span>
                <span class="sub">{String(document.state ?? document.title ?? document.name ?? '')}</span>
              </span>
            </button>
          ))}
        </div>
      </div>
      {current ? (
        <div class="detail stack">
          <h2 class="title mono">{String(current._id)}</h2>
          <Value value={current} />
        </div>
      ) : (
        <Empty title={say('空集合', 'Nothing here')} hint={name} />
      )}
    </div>
  );
}
