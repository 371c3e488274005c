/** Pull to refresh: a drag down at the top of a page. */

const triggerPx = 56;
let indicator: HTMLElement | undefined;

export function watchPull(scroller: HTMLElement, refresh: () => void): void {
  let startY: number | undefined;
  const start = (y: number | undefined) => {
    startY = scroller.scrollTop <= 0 ? y : undefined;
  };
  const move = (y: number | undefined) => {
    if (startY === undefined || y === undefined || y - startY < triggerPx) return;
    startY = undefined;
    startPull(scroller);
    refresh();
  };
  scroller.addEventListener('touchstart', (event) => start(event.touches[0]?.clientY));
  scroller.addEventListener('touchmove', (event) => move(event.touches[0]?.clientY));
  scroller.addEventListener('mousedown', (event) => start(event.clientY));
  scroller.addEventListener('mousemove', (event) => event.buttons === 1 && move(event.clientY));
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
