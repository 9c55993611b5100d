/** The texts of the interactive client, in Brazilian Portuguese. */
import type { Words } from "../en/words.ts";
import { format, imagens, n } from "./numbers.ts";

/** The words of the screen. */
export const SCREEN: Words["screen"] = {
  tracker: (address) => `tracker ${address}`,
  you: (address) => `você ${address}`,
  shared: (count, bytes) => `${imagens(count)} ${count === 1 ? "compartilhada" : "compartilhadas"} (${bytes})`,
  registration: {
    registered: "registrado",
    unregistered: "não registrado",
    lost: "sem contato com o tracker",
    lostOne: "sem contato",
  },
  pause: "pausar downloads",
  resume: (count) => `retomar downloads (${imagens(count)})`,
  unfinished: (count) => `downloads não concluídos (${format(count)})`,
  states: {
    active: "em andamento",
    asking: "aguardando dados",
    waiting: "na fila",
    paused: "pausado",
    failed: "falhou",
    left: "não concluído",
  },
  unfinishedKeys: ["Espaço: pausar, retomar", "Ctrl-P: todos", "Del: cancelar", "Esc: voltar"],
  sharing: {
    reshare: "compartilhar os downloads",
    located: (count) => `imagens com coordenadas de GPS (${format(count)})`,
    downloaded: (count) => `todos os downloads (${imagens(count)})`,
    album: (path, count) => `${path} (${imagens(count)})`,
    skipped: (files) => `listar os arquivos deixados de fora (${format(files)})`,
    typeToFilter: "(parte do caminho)",
    keys: ["Espaço ou Enter: compartilhar ou não", "Esc: voltar"],
  },
  menuKeys: ["↑↓ ou número: selecionar", "Enter: executar", "Ctrl-C: sair"],
  filter: "Filtro:",
  filterIn: (album) => `Filtro em ${album}:`,
  everything: "tudo",
  images: (count) => imagens(count),
  albums: (count) => n(count, "álbum", "álbuns"),
  typeToFilter: "(nome, MD5 ou endereço)",
  sortedBy: (what) => `ordem: ${what}`,
  sorts: { index: "número", name: "nome", size: "tamanho", date: "data", peers: "peers" },
  known: (known, of) => `tamanho e data conhecidos de ${format(known)} de ${imagens(of)}`,
  own: { have: "você já tem", share: "você compartilha" },
  ownShort: { have: "aqui", share: "sua" },
  found: (found, of) => `${format(found)} de ${imagens(of)}`,
  page: (page, of) => `página ${format(page)} de ${format(of)}`,
  chosen: (images, bytes, unknown) => {
    const rest = unknown > 0 ? `, ${format(unknown)} de tamanho desconhecido` : "";
    return `${n(images, "selecionada")} (${unknown === images ? "tamanho desconhecido" : bytes + rest})`;
  },
  noneFound: (filter) => `Nenhum nome, MD5 ou endereço de peer contém “${filter}”.`,
  albumKeys: ["Enter: abrir álbum", "Ctrl-D: baixar"],
  lineKeys: ["Enter: listar", "Esc: voltar"],
  confirmKeys: ["s: baixar", "outra tecla: voltar"],
  listKeys: [
    "Enter: baixar",
    "Espaço: selecionar",
    "Tab: ver",
    "←→: ordenar",
    "Ctrl-A: todas",
    "Ctrl-R: recarregar",
    "Esc: voltar",
  ],
  all: (done, total) => `todas: ${format(done)} de ${format(total)}`,
  rate: (rate) => `${rate}/s`,
  left: (time) => `restam ${time}`,
  stop: ["Ctrl-P: pausar", "Ctrl-X: interromper"],
  stopped: "Interrompido. Os downloads parciais são mantidos: baixe a imagem de novo para retomar.",
  looking: (name) => `Carregando uma prévia de ${name}…`,
  noPicture: {
    "too-large": "Grande demais para uma prévia: baixe a imagem.",
    unreadable: "Sem prévia: a imagem está danificada ou é de um tipo não suportado.",
    "too-slow": "Sem prévia: a decodificação demora demais.",
    blocked: "Ainda sem prévia: a decodificação de outra imagem está demorando. Tente mais tarde.",
  },
  leftOut: (lines) => `(${n(lines, "linha anterior não exibida", "linhas anteriores não exibidas")})`,
  pictureKeys: ["←→: outras imagens", "outra tecla: voltar"],
};

/** The texts of the first use, without arguments. */
export const FIRST_USE: Words["firstUse"] = {
  explain: "O idp2pi compartilha as imagens de um diretório com outros peers, e baixa as deles diretamente.",
  explainTracker:
    "Um tracker sabe qual peer compartilha o quê. Pressione Enter para procurar um nesta rede, ou digite o endereço da máquina que executa o idp2pi-server.",
  explainFound:
    "Um tracker sabe qual peer compartilha o quê. Escolha um dos encontrados nesta rede, ou digite o endereço da máquina que executa o idp2pi-server.",
  tracker: "Endereço IP ou nome do tracker:",
  trackerOrNumber: (most) =>
    most === 1
      ? "Pressione Enter para usar o tracker 1, ou digite outro endereço IP ou nome:"
      : `Número do tracker, 1 a ${most}, ou endereço IP ou nome:`,
  noNumber: (number, most) =>
    `Não há tracker ${number}: digite ${most === 1 ? "1" : `um número de 1 a ${most}`}, ou um endereço.`,
  noTracker: (text) => `“${text}” não é um endereço nem um nome de máquina: digite um como 192.168.0.10.`,
  directory: (suggested) => `Diretório a compartilhar, e onde salvar${suggested && ` (Enter: ${suggested})`}:`,
  noDirectory: (text) => `O diretório ${text} não existe: digite outro, ou crie-o antes.`,
  nextTime: "Da próxima vez, você pode executar:",
};
