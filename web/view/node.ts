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
  return { tag, attributes, children: flat(children) };
}

function flat(children: readonly Child[]): ViewNode[] {
  return children.flatMap((child): ViewNode[] => {
    if (child === undefined || child === false || child === '') return [];
    return Array.isArray(child) ? flat(child as readonly Child[]) : [child as ViewNode];
  });
}
