/** The element of an id. @throws when the page has none of that kind. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  return checked(document.getElementById(id), kind, `#${id}`);
}

/** The element with a test id. @throws when there is none of that kind. */
export function byTest<T extends HTMLElement>(id: string, kind: new () => T): T {
  return checked(document.querySelector(`[data-testid="${id}"]`), kind, id);
}

/** The first element below another that a selector finds. @throws when there is none of that kind. */
export function below<T extends HTMLElement>(parent: ParentNode, selector: string, kind: new () => T): T {
  return checked(parent.querySelector(selector), kind, selector);
}

/** A new element with a class and a text. */
export function make<Name extends keyof HTMLElementTagNameMap>(name: Name, className = '', text = ''): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  if (text !== '') element.textContent = text;
  return element;
}

/** Writes a text where it differs: the browser lays out again whatever is touched. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Writes a data attribute where it differs. */
export function setMark(element: HTMLElement, name: string, value: string): void {
  if (element.dataset[name] !== value) element.dataset[name] = value;
}

function checked<T extends HTMLElement>(element: Element | null, kind: new () => T, name: string): T {
  if (!(element instanceof kind)) throw new Error(`The page has no ${name}.`);
  return element;
}
