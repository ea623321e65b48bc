/** What a report of API Extractor shows without a docblock, each as `Interface: member` or as the export itself. */
export function undocumentedIn(report: string): string[] {
  const found: string[] = [];
  let owner = '';
  let isUndocumented = false;
  for (const line of report.split('\n')) {
    const isExport = line.startsWith('export ');
    if (isExport) owner = line.replace(/ [{=].*/, '');
    if (isUndocumented) found.push(isExport ? line.trim() : `${owner}: ${line.trim()}`);
    isUndocumented = line.trim().endsWith('(undocumented)');
  }
  return found;
}
