/** One stop for Tab; from there the arrow keys lead to each of the rows and columns of buttons. */
export function steer(
  element: HTMLElement,
  current: () => readonly (readonly HTMLButtonElement[])[],
): void {
  element.addEventListener('focusin', ({ target }) => {
    for (const button of current().flat()) button.tabIndex = button === target ? 0 : -1;
  });
  element.addEventListener('keydown', (event) => {
    const pins = current();
    const row = pins.findIndex((buttons) => buttons.includes(event.target as HTMLButtonElement));
    const column = pins[row]?.indexOf(event.target as HTMLButtonElement) ?? 0;
    const next = {
      ArrowUp: pins[row - 1]?.[column],
      ArrowDown: pins[row + 1]?.[column],
      ArrowLeft: pins[row]?.[column - 1],
      ArrowRight: pins[row]?.[column + 1],
      Home: pins[row]?.[0],
      End: pins[row]?.at(-1),
    }[event.key];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
