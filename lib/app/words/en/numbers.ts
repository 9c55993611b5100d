/** Numbers and counts, in English. */

/** `1,234`. */
export const format = (value: number): string => value.toLocaleString("en");

/** `1 image`, `2 images`. */
export const n = (count: number, one: string, many = `${one}s`): string =>
  `${format(count)} ${count === 1 ? one : many}`;

/** `a, b or c`, from choices separated by commas. */
export const or = (choices: string): string => choices.replace(/, (?=[^,]*$)/, " or ");
