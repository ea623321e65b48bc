import { byId, say } from '../ui/dom.ts';

const SAID_FOR = 2_500;

/** Copies the text; the button shows the result. */
export function createCopier(button: HTMLElement, text: () => string): void {
  const name = button.textContent ?? '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener('click', async () => {
    const copied = await navigator.clipboard.writeText(text()).then(
      () => true,
      () => false,
    );
    say(button, copied ? 'Copied' : 'Copying is not allowed');
    clearTimeout(timer);
    timer = setTimeout(() => say(button, name), SAID_FOR);
  });
}

export function download(name: string, svg: string): void {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Later: some browsers fetch it only after the click is done with.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The stylesheet of the plots, so that a file of its own looks as it does here. */
export async function plotStyle(): Promise<string> {
  const response = await fetch('ui/plot/plot.css');
  if (!response.ok) throw new Error(`plot.css: ${response.status}`);
  return response.text();
}

export const showCode = (code: string): void => say(byId('code'), code);
