/**
 * O que o cliente interativo mostra, em português do Brasil.
 *
 * @module
 */
import type { FIRST_USE, SCREEN } from "../en/screen.ts";

const format = (value: number): string => value.toLocaleString("pt-BR");
const images = (count: number): string => `${format(count)} ${count === 1 ? "imagem" : "imagens"}`;

/** As palavras da tela. */
export const TELA: typeof SCREEN = {
  tracker: (address) => `tracker ${address}`,
  you: (address) => `você ${address}`,
  shared: (count, bytes) => `${images(count)} ${count === 1 ? "compartilhada" : "compartilhadas"} (${bytes})`,
  states: { registered: "registrado", unregistered: "sem registro", lost: "tracker perdido" },
  retry: (count) => `tentar de novo o que falhou (${images(count)})`,
  menuKeys: ["↑↓ ou número: escolher", "Enter: executar", "Ctrl-C: sair"],
  filter: "Filtro:",
  typeToFilter: "(parte do nome, MD5, endereço)",
  sortedBy: (what) => `por ${what}`,
  sorts: { index: "número", name: "nome", size: "tamanho", peers: "peers" },
  size: "tamanho",
  own: { have: "você já tem", share: "você compartilha" },
  ownShort: { have: "aqui", share: "sua" },
  found: (found, of) => `${format(found)} de ${images(of)}`,
  page: (page, of) => `página ${format(page)} de ${format(of)}`,
  chosen: (count) => `${format(count)} ${count === 1 ? "escolhida" : "escolhidas"}`,
  noneFound: (filter) => `Nenhuma imagem tem “${filter}” no nome, no MD5 ou nos peers.`,
  listKeys: [
    "Enter: baixar",
    "Espaço: escolher",
    "Tab: ver",
    "←→: ordenar",
    "Ctrl-A: todas",
    "Ctrl-R: listar de novo",
    "Esc: voltar",
  ],
  all: (done, total) => `todas: ${format(done)} de ${format(total)}`,
  rate: (rate) => `${rate}/s`,
  left: (time) => `falta ${time}`,
  stop: "Ctrl-X: parar de baixar",
  stopped: "Interrompido. O que já veio de uma imagem fica guardado: baixe de novo e ela continua de onde parou.",
  looking: (name) => `Buscando uma prévia de ${name}…`,
  noPicture: {
    "too-large": "É grande demais para ver aqui: baixe a imagem.",
    unreadable: "Não dá para mostrar: está danificada, ou é de um tipo desconhecido.",
    "too-slow": "Não dá para mostrar: demora demais.",
  },
  leftOut: (lines) =>
    lines === 1 ? "(1 linha antes destas não coube)" : `(${format(lines)} linhas antes destas não couberam)`,
  pictureKeys: ["←→: outras imagens", "outra tecla: voltar"],
};

/** As palavras do primeiro uso, sem argumentos. */
export const PRIMEIRO_USO: typeof FIRST_USE = {
  explain: [
    "O idp2pi compartilha as imagens de um diretório com outras pessoas, e baixa as delas diretamente.",
    "Um tracker sabe quem compartilha o quê: alguém roda o idp2pi-server e informa o endereço dele.",
  ],
  tracker: "Endereço IP ou nome do tracker:",
  noTracker: (text) => `“${text}” não é um endereço nem um nome: digite um como 192.168.0.10.`,
  directory: (usual) =>
    usual ? `Diretório a compartilhar, e onde salvar (Enter: ${usual}):` : "Diretório a compartilhar, e onde salvar:",
  noDirectory: (text) => `Não existe o diretório ${text}: digite outro, ou crie-o antes.`,
  nextTime: "Da próxima vez você pode digitar logo:",
};
