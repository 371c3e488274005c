/** Pull to refresh: a drag down at the top of a page. */

const triggerPx = 56;
let indicator: HTMLElement | undefined;

export function watchPull(scroller: HTMLElement, refresh: () => void): void {
  let startY: number | undefined;
  scroller.addEventListener('touchstart', (event) => {
    startY = scroller.scrollTop <= 0 ? event.touches[0]?.clientY : undefined;
  });
  scroller.addEventListener('touchmove', (event) => {
    const y = event.touches[0]?.clientY;
    if (startY === undefined || y === undefined || y - startY < triggerPx) return;
    startY = undefined;
    startPull(scroller);
    refresh();
  });
}

export function startPull(scroller: HTMLElement): void {
  stopPull();
  indicator = document.createElement('div');
  indicator.className = 'pull-dots';
  indicator.append(...[0, 1, 2].map(() => document.createElement('span')));
  scroller.prepend(indicator);
}

export function stopPull(): void {
  indicator?.remove();
  indicator = undefined;
}
