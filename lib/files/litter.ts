/** Recognizes names of files and directories that hold no images of people. Pure. */

/** Hidden files, including our own temporary ones; unfinished downloads; files of file managers and systems. */
const LITTER =
  /^(?:\..*|.*~|.*\.(?:part|partial|crdownload|download|tmp)|thumbs\.db|ehthumbs(?:_vista)?\.db|desktop\.ini|\$recycle\.bin|system volume information|lost\+found|@eadir|__macosx)$/i;

/** Whether the name alone excludes a file or directory from sharing. */
export function isLitter(name: string): boolean {
  return LITTER.test(name);
}
