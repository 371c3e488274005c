/** WeChat's component framework, set up to run on the DOM: events, attributes, code space. */
import * as glassEasel from 'glass-easel';
import { MiniProgramEnv } from 'glass-easel-miniprogram-adapter';
import { builtinTags, domTagOf } from '../tags.ts';
import type { Bundle } from './types.ts';

type BackendElement = Parameters<glassEasel.CurrentWindowBackendContext['setListenerStats']>[0];

const touchTypes = ['touchstart', 'touchmove', 'touchend', 'touchcancel'];
const longPressMs = 350;
/** Roles of things that a keyboard must reach. */
const pressedByKey = new Set(['button', 'checkbox', 'radio', 'tab', 'switch', 'link']);
/** Attributes whose property name the DOM already uses. */
const propertyNames: Readonly<Record<string, string>> = { 'scroll-into-view': 'scrollIntoViewId' };

/** Turns DOM events into the framework's. Taps come from `click`, so masks, labels and keyboards behave. */
class PhoneBackend extends glassEasel.CurrentWindowBackendContext {
  readonly #known = new WeakMap<object, Set<string>>();

  constructor() {
    super();
    this.#listenOnDocument();
  }

  override setListenerStats(element: BackendElement, type: string): void {
    if (!element || type === 'tap' || type === 'longpress' || type === 'longtap' || touchTypes.includes(type))
      return;
    const types = this.#known.get(element) ?? new Set();
    this.#known.set(element, types);
    if (types.has(type)) return;
    types.add(type);
    (element as unknown as HTMLElement).addEventListener(type, (event) => {
      this.#trigger(event, type, event instanceof CustomEvent ? event.detail : {}, false);
    });
  }

  override setModelBindingStat(
    element: BackendElement,
    attributeName: string,
    listener: ((newValue: unknown) => void) | null,
  ): void {
    if (!listener) return;
    for (const type of ['input', 'change']) {
      (element as unknown as HTMLElement).addEventListener(type, (event) => {
        const detail = (event as CustomEvent<Record<string, unknown> | undefined>).detail;
        if (detail && attributeName in detail) listener(detail[attributeName]);
      });
    }
  }

  #listenOnDocument(): void {
    document.body.addEventListener('click', (event) => {
      this.#trigger(event, 'tap', { x: event.clientX, y: event.clientY }, true);
    });
    for (const type of touchTypes) {
      document.body.addEventListener(type, (event) => {
        const { touches, changedTouches } = event as TouchEvent;
        this.#trigger(event, type, {}, true, { touches: [...touches], changedTouches: [...changedTouches] });
      });
    }
    document.body.addEventListener('keydown', (event) => {
      const target = event.target as HTMLElement;
      if ((event.key === 'Enter' || event.key === ' ') && target.matches('wx-view[role]')) {
        event.preventDefault();
        target.click();
      }
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    document.body.addEventListener('pointerdown', (event) => {
      timer = setTimeout(
        () => this.#trigger(event, 'longpress', { x: event.clientX, y: event.clientY }, true),
        longPressMs,
      );
    });
    for (const type of ['pointerup', 'pointermove', 'pointercancel']) {
      document.body.addEventListener(type, () => clearTimeout(timer));
    }
  }

  #trigger(
    event: Event,
    type: string,
    detail: unknown,
    bubbles: boolean,
    extraFields?: Record<string, unknown>,
  ): void {
    let target = event.target as (Node & { __wxElement?: glassEasel.Element }) | null;
    while (target && !target.__wxElement) target = target.parentNode;
    if (!target?.__wxElement) return;
    const dispatched = new glassEasel.Event(type, detail, {
      originalEvent: event,
      bubbles,
      composed: bubbles,
      capturePhase: true,
      ...(extraFields ? { extraFields } : {}),
    });
    glassEasel.Event.dispatchEvent(target.__wxElement, dispatched);
    if (dispatched.defaultPrevented()) event.preventDefault();
  }
}

/** The framework would turn every attribute into a string; elements want the value itself. */
glassEasel.NativeNode.prototype.updateAttribute = function updateAttribute(
  name: string,
  value: unknown,
): void {
  const element = this.getBackendElement() as unknown as (HTMLElement & Record<string, unknown>) | null;
  const property =
    propertyNames[name] ?? name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (name.startsWith('aria-')) {
    const isRole = name === 'aria-role';
    if (isRole && element && pressedByKey.has(String(value))) element.tabIndex = 0;
    this.setAttribute(isRole ? 'role' : name, String(value));
    return;
  }
  if (element) element[property] = value;
  if (typeof value === 'object' || typeof value === 'function') return;
  this.setAttribute(name, value);
};

export interface Engine {
  /** Makes an instance of a page, not yet on screen. */
  createRoot(path: string): ReturnType<ReturnType<MiniProgramEnv['associateBackend']>['createRoot']>;
  /** Runs a unit's module with Page, Component and Behavior bound to its path. */
  runUnit(path: string, run: () => unknown): void;
}

export function createEngine(bundle: Bundle): Engine {
  const env = new MiniProgramEnv();
  const backend = env.associateBackend(new PhoneBackend() as never);
  const space = env.createCodeSpace('main', true);
  const components = space.getComponentSpace();
  for (const tag of builtinTags) components.setGlobalUsingComponent(tag, domTagOf(tag) ?? tag);
  glassEasel.globalOptions.writeFieldsToNode = false;
  space.setOverallBehavior(readyBehavior(components));
  for (const unit of bundle.units) {
    space.addComponentStaticConfig(unit.path, unit.config as never);
    const content = bundle.templates[unit.path];
    if (content) {
      space.addCompiledTemplate(unit.path, {
        groupList: bundle.templates as never,
        content,
        fallbackListenerOnNativeNode: true,
      });
    }
    space.addStyleSheet(unit.path, undefined, unit.scopeName || undefined);
  }
  return {
    createRoot: (path) => backend.createRoot(path.replace(/\//g, '-'), space, path),
    runUnit: (path, run) => space.globalComponentEnv(globalThis, path, run),
  };
}

/** The framework leaves `ready` to its host: after the first layout of each component. */
function readyBehavior(space: glassEasel.ComponentSpace): glassEasel.GeneralBehavior {
  return space
    .define()
    .lifetime('attached', function attached(this: unknown) {
      const component = (this as { _$?: glassEasel.GeneralComponent })._$;
      requestAnimationFrame(() => component?.triggerLifetime('ready', []));
    })
    .registerBehavior() as unknown as glassEasel.GeneralBehavior;
}

/** Class names in an isolated component carry its prefix; attributes such as hover-class name them without. */
export function scopedClassName(element: Element, className: string): string {
  const node = (element as Element & { __wxElement?: glassEasel.Element }).__wxElement;
  const host = node?.ownerShadowRoot?.getHostNode();
  const scope = host?.getComponentOptions().styleScope;
  const prefix =
    scope === undefined || scope === null
      ? ''
      : host?.getRootBehavior().ownerSpace.styleScopeManager.queryName(scope);
  return prefix
    ? className
        .split(/\s+/)
        .map((name) => `${prefix}--${name}`)
        .join(' ')
    : className;
}
