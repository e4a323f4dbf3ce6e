/** The element of page.html with this id. @throws when it is not there, or another kind. */
export function element<T extends Element>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`page.html has no ${kind.name} with the id ${id}.`);
  return found;
}

/** Sets the text of an element where it differs: an unchanged number costs no layout. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
