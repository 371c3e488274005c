import { useState } from 'preact/hooks';
import { useSay } from '../../i18n.ts';
import { yuan } from '../../labels.ts';
import { changesOf } from '../../model/changes.ts';
import type { DocumentChange } from '../../model/events.ts';
import { isPersonal, masked } from '../../model/personal.ts';
import { usePage } from '../../store.ts';
import { Check } from '../content.tsx';
import { Json } from '../json.tsx';
import { dateTime } from '../time.ts';

/** A document's changed fields, before and after; the whole of it when asked. */
export function Changes({ change }: { change: DocumentChange }) {
  const say = useSay();
  const [whole, setWhole] = useState(false);
  const { personalShown } = usePage();
  const { op, before, after } = change;
  const changes = changesOf(before, after).filter(
    ({ before: left, after: right }) => op !== 'insert' || (right ?? left) !== null,
  );
  return (
    <>
      {changes.length === 0 ? (
        <p class="lead">{say('只有版本号变了。', 'Only its version changed.')}</p>
      ) : (
        <table class="changes">
          <thead>
            <tr>
              <th scope="col">{say('字段', 'Field')}</th>
              {op !== 'insert' && <th scope="col">{say('之前', 'Before')}</th>}
              <th scope="col">{op === 'insert' ? say('值', 'Value') : say('之后', 'After')}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ path, before: left, after: right }) => (
              <tr key={path}>
                <th scope="row" class="mono">
                  {path}
                </th>
                {op !== 'insert' && <td class="mono was">{shown(path, left, personalShown)}</td>}
                <td class="mono is">{shown(path, right, personalShown)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Check checked={whole} change={setWhole}>
        {say('整个文档', 'The whole document')}
      </Check>
      {whole && <Json value={after ?? before} />}
    </>
  );
}

/** Longer values are read in the whole document. */
const longestShown = 160;

function shown(path: string, value: unknown, personalShown: boolean): string {
  const text = asText(path, value, personalShown);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

function asText(path: string, value: unknown, personalShown: boolean): string {
  const field = path.split('.').at(-1)!;
  if (value === undefined || value === null) return '—';
  // Zero means no time: it is stored so that what is not due sorts last.
  if (value === 0 && /(At|After)Ms$/.test(field)) return '—';
  if (typeof value === 'number' && field.endsWith('AtMs')) return dateTime(value);
  if (typeof value === 'number' && field.endsWith('AfterMs')) return dateTime(value);
  if (typeof value === 'number' && field.endsWith('Fen')) return yuan(value);
  if (typeof value === 'string') return isPersonal(field) && !personalShown ? masked(value) : value;
  return JSON.stringify(value);
}
