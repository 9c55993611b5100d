/** The sentences of the gallery's server and of the client about it, in English. The page has its own. */
export const GALLERY = {
  address: (url: string): string => `See the pictures in a browser: ${url}`,
  otherAddress: (url: string): string => `On other devices: ${url}`,
  otherAddressReadOnly: (url: string): string => `On other devices, read-only: ${url}`,
  narrow: (columns: number): string =>
    `For a QR code of this address, make the window at least ${columns} columns wide.`,
  /** An entry of the menu. */
  menu: "gallery",
  denied:
    "Open the whole address that idp2pi-client shows in its terminal, in a new tab: the secret in it is another one after each start.",
  otherHost: "This server does not have that name. Open the address that idp2pi-client shows in the terminal.",
  notFound: "There is nothing under this address.",
  otherMethod: "This address does not accept this method.",
  readOnly: "This gallery can only be looked at: idp2pi-client was started without --gallery-control.",
  notJson: "The request is not the JSON that is expected here.",
  tooLong: "Too many images in one request.",
  failed: "It failed unexpectedly. Try again.",
  emptyFile: "The file is empty.",
  tooLargeFile: "The file is too large: images have at most 4 GB.",
  noImage: "Not added: it is no complete image of a supported format.",
  cacheProblems: {
    damaged: (path: string): string => `The thumbnails in “${path}” were damaged; they are made again.`,
    foreign: (path: string): string =>
      `“${path}” is a file of another program: thumbnails are not kept. Move it elsewhere.`,
  },
  noPicture: {
    "too-large": "Too large to be shown.",
    unreadable: "It cannot be shown: the image is damaged or of an unsupported type.",
    "too-slow": "It cannot be shown: decoding takes too long.",
    blocked: "No preview yet: another image takes long to decode.",
    unmade: "The peers that have it cannot make a preview of it.",
    "no-thumbnails": "No preview: the programs of the peers that have it make none.",
    busy: "The peers that have it are busy. Try again later.",
    unreachable: "No peer that has it can be reached.",
    unlisted: "This image is no longer on the network.",
  },
};
