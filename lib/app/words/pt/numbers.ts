/** Numbers and counts, in Brazilian Portuguese. */

/** `1.234`. */
export const format = (value: number): string => value.toLocaleString("pt-BR");

/** `1 arquivo`, `2 arquivos`. */
export const n = (count: number, one: string, many = `${one}s`): string =>
  `${format(count)} ${count === 1 ? one : many}`;

/** `1 imagem`, `2 imagens`. */
export const imagens = (count: number): string => n(count, "imagem", "imagens");

/** `a, b ou c`, from choices separated by commas. */
export const or = (choices: string): string => choices.replace(/, (?=[^,]*$)/, " ou ");
