/** Reading JSON that may be cut, damaged, or something else altogether. */

/** @returns undefined for what is no JSON, and for a value that is of another kind */
export function parseAs<T>(text: string, isOfKind: (value: unknown) => value is T): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isOfKind(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
