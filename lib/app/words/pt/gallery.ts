/** The sentences of the gallery's server and of the client about it, in Brazilian Portuguese. */
import type { GALLERY as ENGLISH_GALLERY } from "../en/gallery.ts";

export const GALLERY: typeof ENGLISH_GALLERY = {
  address: (url) => `Para ver as imagens no navegador: ${url}`,
  otherAddress: (url) => `Em outros dispositivos: ${url}`,
  otherAddressReadOnly: (url) => `Em outros dispositivos, somente leitura: ${url}`,
  narrow: (columns) => `Para um QR code deste endereço, deixe a janela com pelo menos ${columns} colunas.`,
  menu: "galeria",
  denied:
    "Abra, em uma nova aba, o endereço completo que o idp2pi-client mostra no terminal: o segredo que ele contém muda a cada início.",
  otherHost: "Este servidor não tem esse nome. Abra o endereço que o idp2pi-client mostra no terminal.",
  notFound: "Não há nada neste endereço.",
  otherMethod: "Este endereço não aceita este método.",
  readOnly: "Esta galeria é só para ver: o idp2pi-client foi iniciado sem --gallery-control.",
  notJson: "A requisição não é o JSON esperado aqui.",
  tooLong: "Imagens demais em uma requisição.",
  failed: "Falha inesperada. Tente novamente.",
  emptyFile: "O arquivo está vazio.",
  tooLargeFile: "O arquivo é grande demais: imagens têm no máximo 4 GB.",
  noImage: "Não adicionado: não é uma imagem completa de um formato aceito.",
  cacheProblems: {
    damaged: (path) => `As miniaturas em “${path}” estavam danificadas; serão geradas de novo.`,
    foreign: (path) =>
      `“${path}” é um arquivo de outro programa: as miniaturas não serão guardadas. Mova-o para outro lugar.`,
  },
  noPicture: {
    "too-large": "Grande demais para ser exibida.",
    unreadable: "Não pode ser exibida: a imagem está danificada ou é de um tipo não aceito.",
    "too-slow": "Não pode ser exibida: decodificá-la demora demais.",
    blocked: "Ainda sem prévia: a decodificação de outra imagem está demorando.",
    unmade: "Os peers que a têm não conseguem gerar uma prévia dela.",
    "no-thumbnails": "Sem prévia: os programas dos peers que a têm não geram miniaturas.",
    busy: "Os peers que a têm estão ocupados. Tente mais tarde.",
    unreachable: "Nenhum peer que a tem está acessível.",
    unlisted: "Esta imagem não está mais na rede.",
  },
};
