/** https://developers.weixin.qq.com/miniprogram/dev/api/ui/scroll/wx.pageScrollTo.html */
import type { Router } from '../router.ts';
import { api } from './api.ts';

interface ScrollOptions {
  scrollTop?: number;
  selector?: string;
  /** Px below the element that `selector` finds. */
  offsetTop?: number;
  /** Ms. Every length but 0 is the browser's own here. */
  duration?: number;
}

interface SelectorQuery {
  select(selector: string): {
    boundingClientRect(done: (rect: { top: number } | null) => void): SelectorQuery;
  };
  exec(): void;
}

export function pageScrollTo(router: Router) {
  return api('pageScrollTo', async ({ scrollTop, selector, offsetTop = 0, duration }: ScrollOptions) => {
    const page = router.current;
    if (!page) return;
    const top = selector === undefined ? scrollTop : await topOf(page, selector);
    if (top === undefined) return;
    const added = selector === undefined ? 0 : offsetTop;
    page.scroller.scrollTo({ top: top + added, behavior: duration === 0 ? 'auto' : 'smooth' });
  });
}

/** Where in the page the first element is that the page's own selectors find; undefined when there is none. */
async function topOf(
  { instance, scroller }: NonNullable<Router['current']>,
  selector: string,
): Promise<number | undefined> {
  const query = (instance as unknown as { createSelectorQuery(): SelectorQuery }).createSelectorQuery();
  const rect = await new Promise<{ top: number } | null>((resolve) =>
    query.select(selector).boundingClientRect(resolve).exec(),
  );
  return rect ? rect.top - scroller.getBoundingClientRect().top + scroller.scrollTop : undefined;
}
