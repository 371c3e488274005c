import { useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { Empty } from '../components/content.tsx';
import { CopyCurl } from '../components/copies.tsx';
import { Icon } from '../components/icons.tsx';
import { Json } from '../components/json.tsx';
import { OrderLink } from '../components/order-link.tsx';
import { PersonalSwitch } from '../components/personal.tsx';
import { Split } from '../components/split.tsx';
import { VirtualList } from '../components/virtual-list.tsx';
import { useSay } from '../i18n.ts';
import { collectionLabel, stateLabel } from '../labels.ts';
import type { StoredDocument } from '../model/events.ts';
import { feed, open, usePage, useSlowly } from '../store.ts';

interface Collection {
  name: string;
  documents: number;
}

const mostShown = 500;

/** The documents that the functions keep, as they are. */
export function DatabaseView() {
  const say = useSay();
  const { chosen } = usePage();
  const [wantedName = 'orders', ...rest] = (chosen.database ?? '').split('/').filter(Boolean);
  const wantedId = rest.join('/');
  const [search, setSearch] = useState('');
  const revision = useSlowly(400, 'documents', 'reset');
  const { collections, documents } = useDatabase(wantedName, revision);
  const shown = documents.filter((document) => JSON.stringify(document).includes(search.trim()));
  const current = shown.find((document) => String(document._id) === wantedId) ?? shown[0];
  return (
    <Split
      tab="database"
      list={
        <>
          <div class="filter wrap">
            <select
              class="input wide"
              aria-label={say('集合', 'Collection')}
              value={wantedName}
              onChange={(event) => open('database', event.currentTarget.value)}
            >
              {collections.map(({ name, documents: count }) => (
                <option key={name} value={name}>
                  {collectionLabel(name, say)} · {name} ({count})
                </option>
              ))}
            </select>
            <label class="search">
              <Icon name="search" />
              <input
                type="search"
                value={search}
                placeholder={say('在文档中查找', 'Find in documents')}
                aria-label={say('在文档中查找', 'Find in documents')}
                onInput={(event) => setSearch(event.currentTarget.value)}
              />
            </label>
          </div>
          <VirtualList
            items={shown}
            rowHeightPx={52}
            label={say('文档', 'Documents')}
            keyOf={(document) => String(document._id)}
            chosen={current && String(current._id)}
            choose={(id, entry) => open('database', `${wantedName}/${id}`, entry)}
            row={(document) => <DocumentRow document={document} />}
          />
        </>
      }
    >
      {current ? (
        <DocumentPage key={String(current._id)} collection={wantedName} document={current} />
      ) : (
        <Empty icon="database" title={say('这里还没有文档', 'No documents here')} hint={wantedName} />
      )}
    </Split>
  );
}

function useDatabase(name: string, revision: number) {
  const [collections, setCollections] = useState<Collection[]>([]);
  const [documents, setDocuments] = useState<StoredDocument[]>([]);
  useEffect(() => {
    get<{ collections: Collection[] }>('/_cloud/database').then(
      (answer) => setCollections(answer.collections),
      () => undefined,
    );
    get<{ documents: StoredDocument[] }>(
      `/_cloud/database/${encodeURIComponent(name)}?limit=${mostShown}`,
    ).then(
      (answer) => setDocuments(answer.documents),
      () => setDocuments([]),
    );
  }, [name, revision]);
  return { collections, documents };
}

function DocumentRow({ document }: { document: StoredDocument }) {
  const say = useSay();
  const title = [document.title, document.description, document.name, document.eventType].find(
    (text) => text !== undefined,
  );
  return (
    <>
      <span class="main">
        <span class="list-title mono">{String(document._id)}</span>
        <span class="sub">{String(title ?? '')}</span>
      </span>
      <span class="aside">
        {typeof document.state === 'string' && <span class="sub">{stateLabel(document.state, say)}</span>}
      </span>
    </>
  );
}

function DocumentPage({ collection, document }: { collection: string; document: StoredDocument }) {
  const say = useSay();
  const id = String(document._id);
  const story = collection === 'orders' || collection === 'combined_payments' ? feed.story(id) : undefined;
  return (
    <article class="detail">
      <header class="detail-head">
        <div>
          <h2 class="mono break">{id}</h2>
          <p class="lead">
            {collectionLabel(collection, say)} · <code>{collection}</code>
          </p>
        </div>
        <OrderLink story={story} />
      </header>
      <p class="facts">
        <PersonalSwitch />
        <span class="spacer" />
        <CopyCurl
          call={{ method: 'GET', path: `/_cloud/database/${collection}/${encodeURIComponent(id)}` }}
        />
      </p>
      <Json value={document} />
    </article>
  );
}
