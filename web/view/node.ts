/**
 * What the page is made of: plain data that the server writes as HTML and the browser patches into
 * its document. Texts are texts at both ends; there is no way to put markup into one.
 */
export interface ViewElement {
  readonly tag: string;
  /** `undefined` and `false`: not there; `true`: there without a value. */
  readonly attributes: Attributes;
  readonly children: readonly ViewNode[];
}
export type ViewNode = string | ViewElement;
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
export type Child = ViewNode | undefined | false | readonly Child[];

export function h(tag: string, attributes: Attributes = {}, ...children: Child[]): ViewElement {
  const nodes: ViewNode[] = [];
  append(nodes, children);
  return { tag, attributes, children: nodes };
}

/** A page has some ten thousand of these: one list is filled instead of many joined. */
function append(nodes: ViewNode[], children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false || child === '') continue;
    if (isList(child)) append(nodes, child);
    else nodes.push(child);
  }
}

function isList(child: Child): child is readonly Child[] {
  return Array.isArray(child);
}
