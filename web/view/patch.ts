import type { Attributes, ViewElement, ViewNode } from './node.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** The view that each element shows. To ask the document is ten times slower. */
const shownBy = new WeakMap<Element, ViewElement>();

/**
 * Makes an element's children those of the view, touching only what differs from the view before,
 * or, at the first time, from what stands there: focus, scrolling and the reader's place survive.
 * Children with an `id` are found again where they moved. An `open` that the view does not mention
 * belongs to the reader and is left as it is, and so is one from before the first view.
 */
export function patchChildren(parent: Element, wanted: readonly ViewNode[]): void {
  const svg = parent.namespaceURI === SVG;
  let at = parent.firstChild;
  for (const node of wanted) {
    const match = at && fits(at, node) ? at : moved(parent, node);
    if (match === null) {
      parent.insertBefore(created(node, svg), at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else parent.insertBefore(match, at);
    update(match, node);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function fits(there: ChildNode, node: ViewNode): boolean {
  if (typeof node === 'string') return there instanceof Text;
  return (
    there instanceof Element &&
    there.localName === node.tag &&
    there.id === String(node.attributes['id'] ?? '')
  );
}

function moved(parent: Element, node: ViewNode): ChildNode | null {
  if (typeof node === 'string' || node.attributes['id'] === undefined) return null;
  for (const child of parent.children) if (fits(child, node)) return child;
  return null;
}

function update(there: ChildNode, node: ViewNode): void {
  if (typeof node === 'string') {
    if (there.nodeValue !== node) there.nodeValue = node;
  } else if (there instanceof Element) {
    const before = shownBy.get(there);
    if (before === node) return;
    shownBy.set(there, node);
    if (before) changeAttributes(there, before.attributes, node.attributes);
    else takeOver(there, node);
    patchChildren(there, node.children);
  }
}

function changeAttributes(element: Element, before: Attributes, now: Attributes): void {
  for (const name of Object.keys(now))
    if (now[name] !== before[name]) setAttribute(element, name, now[name]);
  for (const name of Object.keys(before))
    if (name !== 'open' && !Object.hasOwn(now, name)) element.removeAttribute(name);
}

function setAttribute(element: Element, name: string, value: Attributes[string]): void {
  const text = value === undefined || value === false ? null : value === true ? '' : String(value);
  if (text === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** What no view wrote here is from the server, but for an `open` by a reader who was faster. */
function takeOver(element: Element, { attributes }: ViewElement): void {
  for (const [name, value] of Object.entries(attributes))
    if (name !== 'open' || value === true) setAttribute(element, name, value);
  for (const name of element.getAttributeNames())
    if (name !== 'open' && !Object.hasOwn(attributes, name)) element.removeAttribute(name);
}

function created(node: ViewNode, inSvg: boolean): Node {
  if (typeof node === 'string') return document.createTextNode(node);
  const svg = inSvg || node.tag === 'svg';
  const element = svg ? document.createElementNS(SVG, node.tag) : document.createElement(node.tag);
  shownBy.set(element, node);
  for (const [name, value] of Object.entries(node.attributes)) setAttribute(element, name, value);
  patchChildren(element, node.children);
  return element;
}
