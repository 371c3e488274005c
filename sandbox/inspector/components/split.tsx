import type { ComponentChildren } from 'preact';
import { useSay } from '../i18n.ts';
import { open, type Tab, usePage } from '../store.ts';
import { Icon } from './icons.tsx';

interface Props {
  tab: Tab;
  list: ComponentChildren;
  children: ComponentChildren;
  /** The list is what is read; what is chosen in it stands beside it. */
  wideList?: boolean;
  /** What is chosen in the tab may be more than a row; this says whether a row is, and how to go back. */
  selection?: { present: boolean; clear(): void };
}

/** A list and what is chosen in it: side by side, or where there is no room, one after the other. */
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
