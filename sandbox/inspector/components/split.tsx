import type { ComponentChildren } from 'preact';
import { useSay } from '../i18n.ts';
import { open, type Tab, usePage } from '../store.ts';
import { Icon } from './icons.tsx';

interface Props {
  tab: Tab;
  list: ComponentChildren;
  children: ComponentChildren;
}

/** A list and what is chosen in it: side by side, or where there is no room, one after the other. */
export function Split({ tab, list, children }: Props) {
  const say = useSay();
  const { chosen } = usePage();
  return (
    <div class="split" data-showing={chosen[tab] === undefined ? 'list' : 'detail'}>
      <div class="split-list">{list}</div>
      <div class="split-detail">
        <button type="button" class="button quiet small back" onClick={() => open(tab, undefined)}>
          <Icon name="back" />
          {say('返回列表', 'Back to the list')}
        </button>
        {children}
      </div>
    </div>
  );
}
