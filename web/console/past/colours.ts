/** A colour of the style sheet as the theme has it now: a canvas knows no variables. */
export function colourOf(name: string, within: Element): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  within.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
