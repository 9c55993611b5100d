/** Numbers with the right form of a noun. */

/**
 * Formats a number with a noun: `1 image`, `2,000 images`, in every language `0` with the plural. `pluralOf` makes the
 * plural where none is given.
 */
export function counting(
  tag: string,
  pluralOf: (singular: string) => string,
): (count: number, singular: string, plural?: string) => string {
  const numbers = new Intl.NumberFormat(tag);
  const rules = new Intl.PluralRules(tag);
  return (count, singular, plural = pluralOf(singular)) =>
    `${numbers.format(count)} ${count !== 0 && rules.select(count) === "one" ? singular : plural}`;
}
