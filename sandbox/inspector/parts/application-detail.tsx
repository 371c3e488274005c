import { useState } from 'preact/hooks';
import { post } from '../api.ts';
import { useSay } from '../i18n.ts';
import { attempt } from '../store.ts';
import type { ApplicationDetails } from '../types.ts';
import { Copies, Section } from './content.tsx';

interface Props {
  application: ApplicationDetails;
  changed: () => unknown;
}

/** One application: the reviewer's decisions, the photos, and the form with personal data masked until asked. */
export function ApplicationDetail({ application, changed }: Props) {
  const say = useSay();
  const [clear, setClear] = useState(false);
  const [rejected, setRejected] = useState<Record<string, string>>({});
  const path = `/_sandbox/applications/${application.applymentId}`;
  const act = (action: string, body: object) => attempt(() => post(`${path}/${action}`, body).then(changed));
  const review = (decision: string, reasons?: Record<string, string>) =>
    act('review', { decision, ...(reasons && Object.keys(reasons).length > 0 && { reasons }) });
  const can = (what: string) => application.acts.includes(what);
  return (
    <div class="detail stack">
      <header class="stack tight">
        <h2 class="title">{application.merchantShortname}</h2>
        <p class="lead mono">
          {application.kind} · {application.outNo} {application.subMchid && `· ${application.subMchid}`}
        </p>
        <p>
          <span class="pill info">{application.stateName}</span>{' '}
          <span class="lead">{application.subjectType}</span>
        </p>
      </header>
      <div class="row">
        <button
          type="button"
          class="button primary"
          disabled={!can('approve')}
          onClick={() => review('approve')}
        >
          {say('通过', 'Approve')}
        </button>
        <button
          type="button"
          class="button danger"
          disabled={!can('reject')}
          onClick={() => review('reject', rejected)}
        >
          {say('驳回', 'Reject')}
          {Object.keys(rejected).length > 0 && ` (${Object.keys(rejected).length})`}
        </button>
        <button
          type="button"
          class="button"
          disabled={!can('verify-account')}
          onClick={() => review('verify-account')}
        >
          {say('要求账户验证', 'Ask to verify the account')}
        </button>
        <button type="button" class="button" disabled={!can('sign')} onClick={() => act('sign', {})}>
          {say('签约', 'Sign')}
        </button>
        <Copies
          call={{ method: 'POST', path: `${path}/review`, body: { decision: 'approve' } }}
          title="an application is approved"
        />
      </div>
      {application.media.length > 0 && (
        <Section title={say('照片', 'Photos')}>
          <div class="row">
            {application.media.map((media) => (
              <a
                key={media.mediaId}
                href={`/_sandbox/media/${encodeURIComponent(media.mediaId)}`}
                target="_blank"
                rel="noreferrer"
              >
                <img
                  class="photo"
                  src={`/_sandbox/media/${encodeURIComponent(media.mediaId)}`}
                  alt={media.filename}
                />
              </a>
            ))}
          </div>
        </Section>
      )}
      <Section title={say('申请表（已用平台私钥解密）', 'The form, decrypted with the platform key')}>
        <label class="check">
          <input type="checkbox" checked={clear} onChange={() => setClear(!clear)} />
          {say('显示个人信息', 'Show personal data')}
        </label>
        <FormFields value={application.form} path="" clear={clear} rejected={rejected} reject={setRejected} />
      </Section>
    </div>
  );
}

interface FieldsProps {
  value: unknown;
  path: string;
  clear: boolean;
  rejected: Record<string, string>;
  reject: (next: Record<string, string>) => void;
}

const personal = /name$|_name|number|mobile|phone|email|openid|address/;
const publicNames = /merchant_shortname|bank_name|bank_branch|account_bank/;

function FormFields({ value, path, clear, rejected, reject }: FieldsProps) {
  const say = useSay();
  return (
    <table>
      <tbody>
        {leaves(value, path).map(([name, text]) => {
          const last = name.split('.').at(-1)!;
          const secret = personal.test(last) && !publicNames.test(last);
          const marked = last in rejected;
          const toggle = () => {
            const { [last]: _, ...rest } = rejected;
            reject(
              marked ? rest : { ...rest, [last]: say('与证件不符，请修改', 'Does not match the document') },
            );
          };
          return (
            <tr key={name}>
              <td class="mono">{name}</td>
              <td class="mono wide">{secret && !clear ? masked(text) : text}</td>
              <td>
                <button
                  type="button"
                  class={`button small ${marked ? 'danger' : 'quiet'}`}
                  aria-pressed={marked}
                  onClick={toggle}
                >
                  {say('驳回此项', 'Reject this')}
                </button>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function masked(text: string): string {
  return text.length <= 2
    ? '＊＊'
    : `${text.slice(0, 1)}${'＊'.repeat(Math.min(text.length - 2, 8))}${text.slice(-1)}`;
}

function leaves(value: unknown, path: string): [path: string, text: string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) =>
    leaves(inner, path === '' ? name : `${path}.${name}`),
  );
}
