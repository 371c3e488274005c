import type { ComponentChildren } from 'preact';
import { useSay } from '../i18n.ts';
import { open, type Tab, usePage } from '../store.ts';
import { Icon } from './icons.tsx';

interface Props {
  tab: Tab;
  list: ComponentChildren;
  children: ComponentChildren;
  /** For lists that are read themselves, with the details beside them. */
  wideList?: boolean;
  /** Where the tab's selection is not always a row: whether a row is selected, and how to clear the selection. */
  selection?: { present: boolean; clear(): void };
}

/** A list and the details of its selection: side by side, or one after the other in a narrow window. */
export function Split({ tab, list, children, wideList = false, selection }: Props) {
  const say = useSay();
  const { chosen } = usePage();
  const { present, clear } = selection ?? {
    present: chosen[tab] !== undefined,
    clear: () => open(tab, undefined),
  };
  return (
    <div class={`split ${wideList ? 'wide-list' : ''}`} data-showing={present ? 'detail' : 'list'}>
      <div class="split-list">{list}</div>
      <div class="split-detail">
        <button type="button" class="button quiet small back" onClick={clear}>
          <Icon name="back" />
          {say('返回列表', 'Back to the list')}
        </button>
        {children}
      </div>
    </div>
  );
}
