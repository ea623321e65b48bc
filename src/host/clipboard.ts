/**
 * Writes a text to the clipboard of the page's browser. Call it in a user gesture.
 *
 * @returns whether it is there. `false`: an insecure page, a frame without the permission, or a refusal.
 */
export const writeClipboard = async (page: Document, text: string): Promise<boolean> => {
  try {
    // Undefined on an insecure page (Clipboard API, section 7).
    const clipboard = page.defaultView?.navigator.clipboard;
    await clipboard?.writeText(text);
    return !!clipboard;
  } catch {
    return false;
  }
};
