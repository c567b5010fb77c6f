// Matching of addresses, apart from the browser so that it can be tested.
export type Params = Record<string, string>;

/** `/patient/:id/result/:code` against a path. Null when it does not fit. */
export function matchPattern(pattern: string, path: string): Params | null {
  const wanted = pieces(pattern);
  const given = pieces(path);
  if (wanted.length !== given.length) return null;
  const found: Params = {};
  for (const [index, piece] of wanted.entries()) {
    const value = given[index] ?? "";
    if (piece.startsWith(":")) {
      const decoded = decode(value);
      if (decoded === null) return null;
      found[piece.slice(1)] = decoded;
    } else if (piece !== value) {
      return null;
    }
  }
  return found;
}

function pieces(path: string): string[] {
  return path.split("/").filter((piece) => piece !== "");
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
