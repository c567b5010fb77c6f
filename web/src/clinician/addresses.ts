// Addresses that more than one screen links to.

/** The slash at the end keeps a server from taking the dot in `a.creatinine` for a file's extension. */
export function resultAddress(patient: string, code: string): string {
  return `/patient/${patient}/result/${encodeURIComponent(code)}/`;
}
