import { useSay } from '../../i18n.ts';
import { isPersonal, masked } from '../../model/personal.ts';
import { usePage } from '../../store.ts';
import { Section } from '../content.tsx';
import { PersonalSwitch } from '../personal.tsx';
import { sectionLabel } from './labels.ts';

interface Props {
  form: Record<string, unknown>;
  /** Reasons of the rejection being written, by field name. */
  reasons: Record<string, string>;
  change(reasons: Record<string, string>): void;
}

interface Leaf {
  path: string;
  /** Last part of the path: what a rejection names. */
  field: string;
  text: string;
}

/** The decrypted form, section by section, each field with a way to reject it. */
export function FormTable({ form, reasons, change }: Props) {
  const say = useSay();
  const { personalShown } = usePage();
  return (
    <Section
      title={say('申请表（用平台私钥解密）', "The form, decrypted with the platform's key")}
      aside={<PersonalSwitch />}
    >
      <datalist id="rejection-reasons">
        {usualReasons.map(([zh, en]) => (
          <option key={en} value={say(zh, en)} />
        ))}
      </datalist>
      <div class="form-groups">
        {groupsOf(form).map(({ name, leaves }) => (
          <fieldset key={name} class="form-group">
            <legend>{name === '' ? say('基本资料', 'General') : sectionLabel(name, say)}</legend>
            {leaves.map((leaf) => (
              <FormRow key={leaf.path} leaf={leaf} clear={personalShown} reasons={reasons} change={change} />
            ))}
          </fieldset>
        ))}
      </div>
    </Section>
  );
}

const usualReasons: readonly (readonly [zh: string, en: string])[] = [
  ['与证件不符，请修改', 'Does not match the document'],
  ['照片不清晰，请重新上传', 'The photo is not clear: upload it again'],
  ['证件已过期，请更换', 'The document has expired'],
  ['银行账户信息有误', 'The bank account is wrong'],
  ['资料不完整，请补充', 'Something is missing'],
];

function FormRow({ leaf, clear, reasons, change }: Omit<Props, 'form'> & { leaf: Leaf; clear: boolean }) {
  const say = useSay();
  const { field, path, text } = leaf;
  const reason = reasons[field];
  const toggle = () => {
    const { [field]: _, ...others } = reasons;
    change(reason === undefined ? { ...others, [field]: '' } : others);
  };
  return (
    <div class={`form-row ${reason === undefined ? '' : 'marked'}`}>
      <span class="form-name mono" title={path}>
        {field}
      </span>
      <span class="form-value break">{isPersonal(field) && !clear ? masked(text) : text}</span>
      <button
        type="button"
        class="button quiet small"
        aria-pressed={reason !== undefined}
        aria-label={
          reason === undefined
            ? say(`驳回此项 ${field}`, `Reject ${field}`)
            : say(`取消 ${field}`, `Undo ${field}`)
        }
        onClick={toggle}
      >
        {reason === undefined ? say('驳回此项', 'Reject') : say('取消', 'Undo')}
      </button>
      {reason !== undefined && (
        <input
          class="input form-reason"
          aria-label={say(`${field} 的驳回原因`, `Reason for ${field}`)}
          value={reason}
          list="rejection-reasons"
          required
          placeholder={say('选择或填写原因', 'Choose or write a reason')}
          onInput={(event) => change({ ...reasons, [field]: event.currentTarget.value })}
        />
      )}
    </div>
  );
}

/** Objects at the top are sections; what stands alone comes first. */
function groupsOf(form: Record<string, unknown>): { name: string; leaves: Leaf[] }[] {
  const alone: Leaf[] = [];
  const groups: { name: string; leaves: Leaf[] }[] = [];
  for (const [name, value] of Object.entries(form)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      groups.push({ name, leaves: leavesOf(value, name) });
    } else alone.push(...leavesOf(value, name));
  }
  return [{ name: '', leaves: alone }, ...groups].filter(({ leaves }) => leaves.length > 0);
}

function leavesOf(value: unknown, path: string): Leaf[] {
  if (typeof value !== 'object' || value === null) {
    return [
      {
        path,
        field: path
          .replace(/\.\d+$/, '')
          .split('.')
          .at(-1)!,
        text: String(value),
      },
    ];
  }
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, `${path}.${name}`));
}
