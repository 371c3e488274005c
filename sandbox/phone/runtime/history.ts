/**
 * The browser's Back and Forward follow the page stack: each opened page is an entry of the browser's history, and
 * closing pages goes back over their entries.
 */
import { keepUrl } from './users.ts';

interface Moves {
  back(count: number): void;
  forward(url: string): void;
}

interface State {
  readonly depth: number;
  readonly url: string;
}

export class BrowserHistory {
  #depth = 1;
  /** What to show once the browser has gone back over entries of pages that are closed already. */
  #pending: State | undefined;

  constructor(moves: Moves) {
    window.addEventListener('popstate', (event: PopStateEvent) =>
      this.#follow(event.state as State | null, moves),
    );
  }

  /** The page on top of a stack of `depth` pages. */
  show(depth: number, url: string): void {
    keepUrl(url);
    const state: State = { depth, url };
    if (this.#pending) {
      this.#pending = state;
    } else if (depth < this.#depth) {
      this.#pending = state;
      history.go(depth - this.#depth);
    } else {
      this.#write(state);
    }
  }

  #write(state: State): void {
    // Several pages opened at once are one entry, since those below were never shown.
    if (state.depth > this.#depth) history.pushState(state, '', `#${state.url}`);
    else history.replaceState(state, '', `#${state.url}`);
    this.#depth = state.depth;
  }

  #follow(state: State | null, moves: Moves): void {
    const { depth, url } = state ?? { depth: 1, url: '' };
    const pending = this.#pending;
    if (pending) {
      this.#pending = undefined;
      this.#depth = depth;
      this.#write(pending);
    } else if (depth < this.#depth) {
      const count = this.#depth - depth;
      this.#depth = depth;
      moves.back(count);
    } else if (depth > this.#depth) {
      // The entry already exists and now stands for the page that reopened.
      this.#depth = depth;
      moves.forward(url);
    }
  }
}
